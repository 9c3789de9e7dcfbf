"""A headless Chromium, driven over its debugging pipe (no port, no further package).

    with Chromium(path, folder) as chromium:
        page = chromium.open("file:///report.html")
        page.value("document.title")
"""

import base64
import json
import os
import select
import shutil
import subprocess
import time


def find():
    """The path of a Chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Chromium:
    """One browser; `folder` takes its profile."""

    def __init__(self, path, folder):
        to_child, self._to = os.pipe()
        self._from, from_child = os.pipe()
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--disable-background-networking", "--disable-component-update",
                 "--disable-extensions", "--no-first-run", "--window-size=1400,1000",
                 "--remote-debugging-pipe", f"--user-data-dir={folder}/profile", "about:blank"]
        # The browser reads its orders from descriptor 3 and answers on 4.
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{to_child} 4>&{from_child}', "bash", path, *flags],
            pass_fds=(to_child, from_child), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        self._begun = b""
        self._number = 0
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close", limit_s=10)
        except (OSError, TimeoutError, RuntimeError):
            pass
        os.close(self._to)
        os.close(self._from)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _message(self, end):
        while b"\0" not in self._begun:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._from], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self._from, 1 << 20)
            if not chunk:
                raise RuntimeError("the browser is gone")
            self._begun += chunk
        message, self._begun = self._begun.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, limit_s=60, **params):
        """The result of a command; events that come meanwhile are kept."""
        self._number += 1
        order = {"id": self._number, "method": method, "params": params}
        if session:
            order["sessionId"] = session
        os.write(self._to, json.dumps(order).encode() + b"\0")
        end = time.monotonic() + limit_s
        while True:
            message = self._message(end)
            if message.get("id") == self._number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            if "method" in message:
                self.events.append(message)

    def wait(self, session, method, limit_s=60):
        """Waits for an event of a page, which may have come already."""
        end = time.monotonic() + limit_s
        while True:
            for event in self.events:
                if event["method"] == method and event.get("sessionId") == session:
                    self.events.remove(event)
                    return event["params"]
            message = self._message(end)
            if "method" in message:
                self.events.append(message)

    def open(self, address, dark=False, scripts=True):
        """A new page that has loaded the address and drawn a frame."""
        return Page(self, address, dark, scripts)


class Page:
    """A page that was opened; `opened_s` is from the request to the first frame after loading."""

    def __init__(self, browser, address, dark, scripts):
        self._browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._target = target
        self._session = browser.call("Target.attachToTarget", targetId=target,
                                     flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self.call(domain + ".enable")
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        if not scripts:
            self.call("Emulation.setScriptExecutionDisabled", value=True)
        self.call("Page.navigate", url=address)
        browser.wait(self._session, "Page.loadEventFired")
        self.opened_s = None
        if scripts:
            frames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(" \
                     "() => done(performance.now()))))"
            self.opened_s = self.value(frames) / 1000

    def call(self, method, **params):
        return self._browser.call(method, session=self._session, **params)

    def value(self, expression):
        """The value of a JavaScript expression, waited for where it is a promise."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def shown(self, selector):
        """How many elements are laid out, with or without scripts."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        nodes = self.call("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]
        count = 0
        for node in nodes:
            try:
                self.call("DOM.getBoxModel", nodeId=node)
                count += 1
            except RuntimeError:
                pass  # it has no box
        return count

    def printed(self):
        """The page as PDF."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])

    def picture(self):
        """The page as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def complaints(self):
        """What reached the console, exceptions included."""
        names = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [event["params"] for event in self._events() if event["method"] in names]

    def requests(self):
        """What was asked for, apart from the page itself."""
        asked = [event["params"]["request"]["url"] for event in self._events()
                 if event["method"] == "Network.requestWillBeSent"]
        return [address for address in asked[1:] if not address.startswith("data:")]

    def _events(self):
        return [event for event in self._browser.events
                if event.get("sessionId") == self._session]

    def close(self):
        self._browser.call("Target.closeTarget", targetId=self._target)
