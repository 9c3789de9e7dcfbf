"""Hosts that share nothing but their links; links with the rate they were given, and cut ones."""

import json

from lab_support import MARGIN_S, TRANSFER, LabTest, main

RATE = 200


class Hosts(LabTest):
    def setUp(self):
        super().setUp()
        self.lab("up", "--hosts", 2, "--rails", 2)

    def test_names_memory_and_identity_are_their_own(self):
        self.assertEqual([self.on(host, "hostname") for host in ("h1", "h2", "head")],
                         ["h1", "h2", "head"])
        self.on("h1", "touch", "/dev/shm/seen")
        self.assertEqual(self.on("h2", "ls", "/dev/shm"), "")
        boots = {self.on(host, "cat", "/proc/sys/kernel/random/boot_id") for host in ("h1", "h2")}
        self.assertEqual(len(boots), 2)
        for kind in ("ipc", "uts", "pid", "mnt", "net"):
            links = {self.on(host, "readlink", f"/proc/self/ns/{kind}") for host in ("h1", "h2")}
            self.assertEqual(len(links), 2, kind)

    def test_processors_are_shared_out(self):
        allowed = [self.on(host, "/usr/bin/python3", "-c",
                           "import os; print(*os.sched_getaffinity(0))").split()
                   for host in ("h1", "h2", "head")]
        if len(allowed[2]) > 1:
            self.assertFalse(set(allowed[0]) & set(allowed[1]))
        self.assertLessEqual(set(allowed[0]) | set(allowed[1]), set(allowed[2]))

    def test_names_resolve_to_management_addresses(self):
        self.assertEqual(self.on("h1", "getent", "ahostsv4", "h2").split()[0], "10.0.0.2")
        self.assertEqual(self.on("h1", "getent", "ahostsv4", "h2-rail1").split()[0], "10.2.0.2")
        self.lab("exec", "h1", "--", "getent", "hosts", "nowhere", status=2)

    def test_nics(self):
        nics = json.loads(self.on("h2", "ip", "-json", "-4", "address"))
        self.assertEqual({nic["ifname"]: nic["addr_info"][0]["local"] for nic in nics},
                         {"lo": "127.0.0.1", "mgmt0": "10.0.0.2", "rail0": "10.1.0.2",
                          "rail1": "10.2.0.2"})
        self.assertEqual(self.on("h2", "sh", "-c", "cd /sys/class/net; echo *"),
                         "lo mgmt0 rail0 rail1")
        self.assertEqual(self.on("head", "sh", "-c", "cd /sys/class/net; echo *"), "lo mgmt0")


class Rates(LabTest):
    def setUp(self):
        super().setUp()
        self.lab("up", "--hosts", 2, "--rails", 2, "--rate", f"{RATE}mbit")

    def assert_rate(self, reached, expected):
        """Two sides of one ratio, wide enough for a machine that does other things as well."""
        self.assertGreater(reached / expected, 0.6)
        self.assertLess(reached / expected, 1.1)

    def test_each_direction_has_its_rate(self):
        self.assert_rate(self.transfer_mbit("h1", "h2", "rail0"), RATE)
        self.assert_rate(self.transfer_mbit("h2", "h1", "rail1"), RATE)
        self.assertGreater(self.transfer_mbit("h1", "h2", "mgmt0", 0.3), 2 * RATE,
                           "the management network is not limited unless it was asked for")

    def test_a_slow_link_is_slow_both_ways_and_alone(self):
        self.lab("slow", "h2:rail1", "--rate", f"{RATE // 4}mbit")
        self.assertEqual([name for name, link in self.links().items() if link["slowed"]],
                         ["h2:rail1"])
        self.assert_rate(self.transfer_mbit("h1", "h2", "rail1"), RATE / 4)
        self.assert_rate(self.transfer_mbit("h2", "h1", "rail1"), RATE / 4)
        self.assert_rate(self.transfer_mbit("h1", "h2", "rail0"), RATE)
        self.lab("restore", "h2:rail1")
        self.assert_rate(self.transfer_mbit("h1", "h2", "rail1"), RATE)

    def test_words_for_links(self):
        self.lab("slow", "h1", "--rate", "50mbit")
        self.lab("slow", "h2:mgmt", "--rate", "10mbit")
        slowed = [name for name, link in self.links().items() if link["slowed"]]
        self.assertEqual(slowed, ["h1:rail0", "h1:rail1", "h2:mgmt0"])
        self.lab("restore")
        self.assertFalse(any(link["slowed"] for link in self.links().values()))
        table = self.lab("status").stdout
        self.assertRegex(table, rf"h1:rail0 +10\.1\.0\.1 +{RATE}mbit +up")
        self.assertRegex(table, r"h1:mgmt0 +10\.0\.0\.1 +unlimited +up")


class Cuts(LabTest):
    def setUp(self):
        super().setUp()
        self.lab("up", "--hosts", 2, "--rails", 1, "--rate", f"{RATE}mbit")

    def reaches(self, nic):
        address = self.links()[f"h2:{nic}"]["address"]
        probe = ("import socket; s = socket.socket(); s.settimeout(1); "
                 f"raise SystemExit(0 if s.connect_ex(('{address}', 9)) == 111 else 1)")
        done = self.lab("exec", "h1", "--", "/usr/bin/python3", "-c", probe, status=None)
        return done.returncode == 0

    def test_a_cut_link_carries_nothing_until_mended(self):
        for nic, word in (("rail0", "h2:rail0"), ("mgmt0", "h2:mgmt")):
            with self.subTest(nic=nic):
                self.assertTrue(self.reaches(nic))
                self.lab("cut", word)
                self.assertFalse(self.reaches(nic))
                self.assertEqual(self.on("h2", "cat", f"/sys/class/net/{nic}/carrier"), "0")
                self.assertEqual([name for name, link in self.links().items() if link["cut"]],
                                 [f"h2:{nic}"])
                self.lab("mend")
                self.until(lambda: self.reaches(nic), "the link carries again")

    def test_a_cut_in_the_middle_of_a_stream(self):
        cutting = self.start("cut", "h2:rail0", "--after", "1s")
        sending = self.start("exec", "h1", "--", "timeout", "5", "/usr/bin/python3", TRANSFER,
                             "send", "10.1.0.2", 60)
        receiving = self.on("h2", "timeout", "5", "/usr/bin/python3", "-c",
                            "import socket\n"
                            "c = socket.create_server(('10.1.0.2', 5001)).accept()[0]\n"
                            "c.settimeout(1)\n"
                            "n = 0\n"
                            "try:\n"
                            "    while k := len(c.recv(65536)): n += k\n"
                            "except TimeoutError:\n"
                            "    print('silent after', n)\n")
        self.assertRegex(receiving, r"silent after [1-9]\d+")
        cutting.communicate(timeout=MARGIN_S)
        sending.communicate(timeout=MARGIN_S)
        self.assertEqual(sending.returncode, 124, "the sender hangs, as over a pulled cable")


if __name__ == "__main__":
    main()
