"""A parent in the town's frame, or in a full page, by the standard driver of any engine: reads, types, presses."""

import time
from collections.abc import Callable

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

from tests.support.waiting import PATIENCE, T


class Visitor:
    """Someone before the town's page; what they do happens in its frame."""

    def __init__(self, driver: WebDriver, town: str) -> None:
        self.driver, self.town = driver, town
        # WebKitGTK's driver has neither finger nor keyboard in a frame of another site: scripts of its own stand in.
        self.by_hand = driver.name != "MiniBrowser"

    def open(self) -> None:
        """Open the town's page, or load it again."""
        self.driver.switch_to.default_content()
        self.driver.get(self.town)
        self.arrived("Bienvenue sur le portail famille")

    def arrived(self, title: str) -> None:
        """Wait until the frame shows the page of this title."""

        def shown() -> bool:
            self.enter()
            return self.driver.find_element(By.TAG_NAME, "h1").text == title

        self.patiently(shown, f"the frame never showed « {title} »")

    def awaits(self, field: str) -> None:
        """Wait until a field is there."""

        def there() -> WebElement:
            self.enter()
            return self.driver.find_element(By.ID, field)

        self.patiently(there, f"the frame never had {field}")

    def enter(self) -> None:
        """Turn to the frame, where there is one."""

        def entered() -> bool:
            self.driver.switch_to.default_content()
            for frame in self.driver.find_elements(By.TAG_NAME, "iframe"):
                self.driver.switch_to.frame(frame)
            return True

        self.patiently(entered, "the frame was never there to turn to")

    def sees(self, text: str) -> bool:
        """Whether a link or button of this text is there to be used."""
        return any(element.is_displayed() for element in self.driver.find_elements(By.XPATH, _named(text)))

    def press(self, text: str) -> None:
        """Press a button, or follow a link, of this text."""
        self._click(self._find(By.XPATH, _named(text)))

    def type(self, **values: str) -> None:
        """Type answers into the fields of these ids."""
        for name, value in values.items():
            field = self._find(By.ID, name)
            if self.by_hand:
                field.clear()
                field.send_keys(value)
            else:
                self.driver.execute_script("arguments[0].value = arguments[1]", field, value)

    def choose(self, name: str, value: str) -> None:
        """Choose in a menu, or tick a radio button."""
        selector = f"#{name} option[value={value}], input[name={name}][value={value}]"
        self._click(self._find(By.CSS_SELECTOR, selector))

    def read(self, selector: str) -> str:
        """Return the text of an element."""
        return str(self._find(By.CSS_SELECTOR, selector).text)

    def reads(self, selector: str, text: str) -> None:
        """Wait until an element says something."""

        def said() -> bool:
            self.enter()
            return text in self.driver.find_element(By.CSS_SELECTOR, selector).text

        self.patiently(said, f"{selector} never said « {text} »")

    def value(self, field: str) -> str:
        """Return what a field holds."""
        return self._find(By.ID, field).get_attribute("value") or ""

    def fits(self) -> None:
        """Wait until the frame is as high, in the town's page, as its content."""

        def fitting() -> bool:
            content = self.driver.execute_script("return document.documentElement.getBoundingClientRect().height")
            self.driver.switch_to.default_content()
            frame = self.driver.find_element(By.TAG_NAME, "iframe").size["height"]
            self.enter()
            return 0 <= float(frame) - float(content) <= 1

        self.patiently(fitting, "the frame never was as high as its content")

    def has_run_its_scripts(self) -> None:
        """Wait until what a page does by itself, once it is there, is done."""
        whole = "return document.readyState == 'complete'"
        self.patiently(lambda: self.driver.execute_script(whole), "the page never was whole")

    def _find(self, by: str, what: str) -> WebElement:
        # The title is there before the rest of its page where a slow machine shows it piece by piece.
        return self.patiently(lambda: self.driver.find_element(by, what), f"the frame never had {what}")

    def _click(self, element: WebElement) -> None:
        if self.by_hand:
            element.click()
        else:
            act = "selected = true" if element.tag_name.lower() == "option" else "click()"
            self.driver.execute_script(f"arguments[0].{act}", element)

    def patiently(self, look: Callable[[], T], otherwise: str) -> T:
        # While a frame changes pages each driver complains in its own way: WebKitGTK's without a word. What it said
        # last is told when the page never comes.
        complaint: WebDriverException | None = None
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if found := look():
                    return found
            except WebDriverException as error:
                complaint = error
            time.sleep(0.05)
        raise AssertionError(otherwise) from complaint


def _named(text: str) -> str:
    return f'//*[(self::a or self::button) and not(@aria-hidden) and starts-with(normalize-space(.), "{text}")]'
