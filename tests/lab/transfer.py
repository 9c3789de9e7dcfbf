"""One TCP stream: `receive ADDRESS` prints the Mbit/s that `send ADDRESS SECONDS` got through."""

import socket
import sys
import time

PORT = 5001


def receive(address):
    with socket.create_server((address, PORT)) as server:
        stream, _ = server.accept()
    buffer = bytearray(1 << 20)
    received, begin = 0, time.monotonic()
    while count := stream.recv_into(buffer):
        received += count
    print(f"{received * 8e-6 / (time.monotonic() - begin):.1f}")


def send(address, seconds):
    give_up = time.monotonic() + 20
    while True:
        try:
            stream = socket.create_connection((address, PORT), timeout=20)
            break
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)
    block = bytes(1 << 18)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        stream.sendall(block)
    stream.close()


if __name__ == "__main__":
    if sys.argv[1] == "receive":
        receive(sys.argv[2])
    else:
        send(sys.argv[2], float(sys.argv[3]))
