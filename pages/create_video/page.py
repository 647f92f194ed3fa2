"""Create video: a long operation, followed to its end over reloads and restarts."""

from components.reopening import draw_earlier, reopen
from pages.create_video.form import draw_form, draw_welcome
from pages.create_video.operation import draw_film
from pages.create_video.state import PAGE, current_film

desk = current_film()
reopen(desk.page_run)

# --- Draw the page ---

draw_welcome(desk)
draw_form(desk)
draw_film(desk.page_run)
draw_earlier(desk.page_run, PAGE)
