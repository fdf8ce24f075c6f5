/** Every public page: the phone's menu closes once a link of it is followed, as links within the page do not reload. */
import { askToCount } from "./consent";

const menu = document.querySelector<HTMLElement>("#menu[popover]");

menu?.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("a") && menu.matches(":popover-open")) {
    menu.hidePopover();
  }
});

const question = document.querySelector<HTMLElement>("#counting");
if (question) askToCount(question);
