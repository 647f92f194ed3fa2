"""Create video: a long operation, followed to its end over reloads and restarts."""

from components.film.desk import PAGE, current_film
from components.film.form import draw_form, draw_welcome
from components.film.operation import draw_film
from components.history.reopening import draw_earlier, reopen

desk = current_film()
reopen(desk.page_run)

# --- Draw the page ---

draw_welcome(desk)
draw_form(desk)
draw_film(desk.page_run)
draw_earlier(desk.page_run, PAGE)
