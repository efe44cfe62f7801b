"""How much may be attached. Where the Messages API has a limit, it stands here with its source.

Sources: the provider's pages on errors (request size), vision and PDF support, as read in
November 2026. No Django in here: the reading process starts without it.
"""

MEGABYTE = 1024 * 1024

# A request has 32 MB at most, and base64 makes four bytes of three: what is left over is
# for the words of the conversation.
REQUEST_BYTES = 28 * MEGABYTE
FILE_BYTES = REQUEST_BYTES * 3 // 4 - MEGABYTE
FILES_A_MESSAGE = 20
# What goes along with every request of a folder leaves most of it to the chat.
FILES_A_FOLDER = 20
FOLDER_BYTES = REQUEST_BYTES // 4
FOLDER_PAGES = 50  # of PDFs: half of what fits into a small window
FILES_UNSENT = 60  # of one person, at once
NAME_CHARACTERS = 150

# Vision: 8,000 pixels a side, and 2,000 where a request has more than 20 images; so all are
# scaled to the smaller one. 10 MB of base64 an image; 600 of them, 100 in a window under 1M.
IMAGE_SIDE = 8_000
IMAGE_SIDE_SENT = 2_000
IMAGE_BYTES_SENT = 5 * MEGABYTE
THUMBNAIL_SIDE = 360

# PDF support: 600 pages a request, 100 in a window under 1M tokens; none that is encrypted.
PDF_PAGES = 600
LARGE_WINDOW = 1_000_000
IMAGES_A_REQUEST, IMAGES_IN_SMALL_WINDOW, PAGES_IN_SMALL_WINDOW = 600, 100, 100

TEXT_CHARACTERS = 400_000  # of a text or an Office document; the rest is cut, and that is said

# Of an Office document, which is a zip: real ones stay far below.
ZIP_MEMBERS = 5_000
ZIP_BYTES = 150 * MEGABYTE

# Of the reading process.
READING_SECONDS = 20  # of the processor; a little more by the clock
READING_MEMORY = 1_536 * MEGABYTE
READING_AT_ONCE = 3  # in one process of the web, which has six threads for pages
