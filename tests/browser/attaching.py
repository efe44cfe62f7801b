"""Files as a person attaches them in the browser."""

from playwright.sync_api import FilePayload, Locator, Page

from tests.conversations import samples


def a_text(name: str = "bees.txt", text: str = "Bees dance.") -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def an_image(name: str = "teal.png") -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": samples.image(size=(600, 400))}


def a_letter(name: str = "a.docx") -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": samples.docx("A letter.")}


def attach(page: Page, *files: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(list(files))


def chips(page: Page) -> Locator:
    return page.locator("#files > .file")


def ready(page: Page) -> Locator:
    return page.locator("#files > .file[data-file]")
