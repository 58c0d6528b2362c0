/* The short explanation of the home page, closed once and for all, and the guided tour of six steps. */
(() => {
  "use strict";

  const CLOSED = "reliance-intro-closed";
  const intro = () => document.getElementById("intro");
  const tour = () => /** @type {HTMLDialogElement} */ (document.getElementById("tour"));

  /** A button of the tour. @param {string} name */
  const button = (name) => /** @type {HTMLButtonElement} */ (tour().querySelector(`.tour-${name}`));

  /* Private windows may refuse storage: the explanation then comes back at the next visit. */
  function remembered() {
    try {
      return localStorage.getItem(CLOSED);
    } catch {
      return null;
    }
  }

  function close() {
    intro().hidden = true;
    try {
      localStorage.setItem(CLOSED, "1");
    } catch {
      /* see above */
    }
    document.querySelector("main").focus();
  }

  let at = 0;

  function leave() {
    document.querySelector(".tour-target")?.classList.remove("tour-target");
  }

  /** @param {number} number */
  function step(number) {
    const steps = /** @type {HTMLElement[]} */ ([...tour().querySelectorAll(".tour-step")]);
    at = Math.min(Math.max(number, 0), steps.length - 1);
    for (const [i, one] of steps.entries()) one.hidden = i !== at;
    tour().querySelector(".tour-number").textContent = String(at + 1);
    button("back").disabled = at === 0;
    button("next").disabled = at === steps.length - 1;
    if (button("next").disabled) button("close").focus();
    leave();
    const target = document.querySelector(steps[at].dataset.target);
    target.classList.add("tour-target");
    const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.scrollIntoView({ block: "center", behavior: animate ? "smooth" : "auto" });
    place(target);
  }

  /* Beside the part it speaks of, never over it; at the bottom when there is no room. */
  /** @param {Element} target */
  function place(target) {
    const box = target.getBoundingClientRect();
    const width = tour().offsetWidth;
    const isRight = box.right + width + 16 < innerWidth;
    const isLeft = box.left - width - 16 > 0;
    tour().style.left = isRight ? `${box.right + 12}px` : isLeft ? `${box.left - width - 12}px` : "auto";
    tour().style.right = isRight || isLeft ? "auto" : "16px";
  }

  document.addEventListener("click", (event) => {
    /** @param {string} name */
    const pressed = (name) => /** @type {Element} */ (event.target).closest?.(name);
    if (pressed(".intro-close")) close();
    else if (pressed(".tour-start")) {
      tour().showModal();
      step(0);
      button("next").focus();
    } else if (pressed(".tour-next")) step(at + 1);
    else if (pressed(".tour-back")) step(at - 1);
    else if (pressed(".tour-close")) tour().close();
  });
  document.addEventListener("close", (event) => event.target === tour() && leave(), true);

  /* Pages are drawn by the application: the explanation is shown when the page that holds it is there. */
  new MutationObserver(() => {
    if (intro()?.hidden && !intro().dataset.seen && !remembered()) intro().hidden = false;
    if (intro()) intro().dataset.seen = "1";
  }).observe(document.body || document.documentElement, { childList: true, subtree: true });
})();
