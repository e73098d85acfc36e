"""What is measured of a screen as it is laid out: nothing over its edge, nothing cut, too small, or near another."""

_TOOLS = """
  const wrong = [], width = document.documentElement.clientWidth;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const told = (element) => element.outerHTML.slice(0, 160);
  const box = (element) => element.getBoundingClientRect();
  const style = (element) => getComputedStyle(element);
  const unseen = (element) => element !== document.body &&
    (style(element).clip === 'rect(0px, 0px, 0px, 0px)' || unseen(element.parentElement));
  const seen = (element) => element.checkVisibility() && !unseen(element);
"""

_EDGES = """
  if (document.documentElement.scrollWidth > width) {
    wrong.push(`${document.documentElement.scrollWidth} pixels wide, in ${width}`);
    wrong.push(...all('body *').filter((one) => seen(one) && box(one).right > width + 1).map(told).slice(-3));
  }
"""

# Each line of text is inside the screen, the first box around it, and whatever clips it.
_TEXTS = """
  const bounds = (parent, line) => {
    for (let around = parent; around !== document.body; around = around.parentElement) {
      const spilt = style(around).display !== 'inline' && line.right > box(around).right + 1;
      if (spilt || style(around).overflow !== 'visible') return box(around);
    }
    return {left: 0, right: width, top: -Infinity, bottom: Infinity};
  };
  const outside = (line, clip) => line.left < clip.left - 1 || line.right > clip.right + 1 ||
    line.top < clip.top - 3 || line.bottom > clip.bottom + 3;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (texts.nextNode()) {
    const node = texts.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest('select, datalist, script, style') || !seen(parent)) continue;
    range.selectNodeContents(node);
    if (Array.from(range.getClientRects()).some((line) => line.width && outside(line, bounds(parent, line))))
      wrong.push(`cut: « ${node.data.trim()} » in ${told(parent)}`);
  }
"""

# 24 pixels for all but what is in a sentence (WCAG 2.5.8), 44 for what is chosen, typed in, or goes on.
_FINGERS = """
  const sentence = (link) => style(link).display === 'inline' &&
    link.parentElement.textContent.trim() !== link.textContent.trim();
  all('a[href], button, summary, select, input:not([type=hidden])').filter(seen).forEach((one) => {
    if (one.tagName === 'A' && sentence(one)) return;
    const least = one.matches('a:not(.button), summary, .link') ? 24 : 44, touched = box(one.closest('label') || one);
    if (Math.min(touched.height, touched.width) < least - .5)
      wrong.push(`small: ${Math.round(touched.width)} × ${Math.round(touched.height)} ${told(one)}`);
  });
"""

# Of what is above or below them, nothing but their own field, its name and its error touches them.
_HINTS = """
  const gap = (one, other) => Math.max(box(other).top - box(one).bottom, box(one).top - box(other).bottom);
  const under = (one, other) => box(one).left < box(other).right && box(other).left < box(one).right;
  const parts = all('label, legend, .error, input:not([type=hidden]), select, textarea').filter(seen);
  all('.field .hint, .field + .hint').filter((hint) => seen(hint) && hint.textContent.trim()).forEach((hint) => {
    const field = hint.closest('.field') || hint.previousElementSibling;
    const beside = [hint.previousElementSibling, hint.nextElementSibling];
    const near = Math.max(...beside.filter((one) => one && field.contains(one)).map((one) => gap(hint, one)));
    const others = parts.filter((part) => !field.contains(part) && under(hint, part));
    const far = Math.min(...others.map((part) => gap(hint, part)));
    if (near > 12 || Math.max(near, 1) * 2 > far)
      wrong.push(`far: ${told(hint)}, ${near} pixels from its field, ${far} from another`);
  });
"""

OUT_OF_PLACE = f"() => {{{_TOOLS}{_EDGES}{_TEXTS}{_FINGERS}{_HINTS} return wrong; }}"
"""Returns the sentences that say what is wrong."""
