/*
What the browser adds to pages that work without it. Markup it looks for:

#status            role=status, outside #main; its data-* carry the sentences said here (layouts/page.html).
form[hx-post]      (links with hx-get too) « Envoi… » on its button after 300 ms; sent again, same idempotency key, when the network fails.
#main h1, #news, #summary, #question take the focus after a step: what is wrong or asked first, then what was done.
[data-framed]      hidden, shown in a frame only. a[data-top] opens a new tab from a frame, not at top level.
[data-resume]      hidden; shown on the welcome page, the field of #begin filled with the token of the sign-up begun in this tab.
input[data-reveal] gets a button that shows and hides the password. In a sign-up the page keeps what was typed in it:
                   no answer of the server holds a password.

[data-combobox]    suggestions under a field (WAI-ARIA 1.2, editable combobox with list autocomplete):
  <div class="combobox" data-combobox data-none="…" data-one="…" data-many="# adresses proposées.">
    <div class="field"><label …>…<input id="address_query" name="address_query" autocomplete="off" hx-get="/adresses"
      hx-trigger="input delay:150ms" hx-target="#address_list" hx-sync="this:replace"></div>
    <p class="check" hidden>Adresse reconnue</p>
    <p class="nothing" hidden>Aucune adresse trouvée</p>
    <ul id="address_list" role="listbox" aria-label="Adresses proposées"></ul>
    <input type="hidden" name="address_id">
  </div>
  The request carries the text as `q`, from three characters on. The answer, 200 even when empty, is a row of
  <li role="option" id="…" data-id="…" data-label="…" data-note="Adresse reconnue">…</li>. Roles and states of the field are set here.
*/
(function () {
  const doc = document, framed = parent !== window, delays = [0, 1, 2, 4, 8];
  const kept = {};
  let timer, again, tries = 0;

  const find = (selector, root) => (root || doc).querySelector(selector);
  const all = (selector, act) => doc.querySelectorAll(selector).forEach(act);
  const on = (name, act) => doc.addEventListener(name, act);
  // The address that a sign-up's form is sent to is its own: what was typed in another is never put in it.
  const passwords = (act) => all('[action^="/inscription/"] [data-reveal]', act);
  const words = (name, number, from) => (from || find('#status')).dataset[name].replace('#', number);

  function say(message, quiet, retry) {
    const box = find('#status');
    box.className = quiet ? 'visually-hidden' : '';
    box.textContent = message;
    if (retry) box.append(press('again', retry));
    // A message at the foot of the window covers nothing that has the focus.
    if (!quiet) doc.activeElement.scrollIntoView({block: 'nearest'});
  }

  function press(name, act) {
    const button = doc.createElement('button');
    button.type = 'button';
    button.textContent = words(name);
    button.onclick = act;
    return button;
  }

  // The parent page gives the frame this height: a number is all it is told.
  function tell(top) {
    if (framed) parent.postMessage({portail: Math.ceil(doc.documentElement.getBoundingClientRect().height), top}, '*');
  }

  // Where storage is refused to frames, it throws: the sign-up then begins anew, as without script.
  function remember() {
    try {
      const path = location.pathname;
      if (find('form[action^="/inscription/"]')) sessionStorage.draft = path;
      else if (sessionStorage.draft === path) delete sessionStorage.draft;
      if (sessionStorage.draft) all('[data-resume]', (block) => {
        find('#begin input').value = sessionStorage.draft.split('/')[2];
        find('.link', block).onclick = () => delete sessionStorage.draft;
        block.hidden = false;
      });
    } catch (refused) { /* nothing is remembered */ }
  }

  function dress() {
    all('[data-framed]', (block) => { block.hidden = !framed; });
    if (!framed) {
      all('a[data-top]', (link) => { link.target = ''; });
      all('a[data-top] .visually-hidden', (note) => note.remove());
    }
    passwords((field) => { field.value = kept[field.form.action] || field.value; });
    all('input[data-reveal]', reveal);
    all('[data-combobox]', (box) => {
      const input = find('[hx-get]', box);
      input.setAttribute('role', 'combobox');
      input.setAttribute('aria-autocomplete', 'list');
      input.setAttribute('aria-controls', find('[role=listbox]', box).id);
      show(box, false);
    });
    remember();
  }

  function arrive() {
    const target = find('#summary, #question') || find('#news') || find('#main h1') || find('#main');
    target.tabIndex = -1;
    target.focus({preventScroll: true});
    scrollTo(0, 0);
    tell(true);
  }

  // Sending
  on('htmx:before:request', (event) => {
    const form = event.target, ctx = event.detail.ctx;
    if (!form.matches('form, a')) return;
    const given = ctx.request.submitter, button = given && given.tabIndex >= 0 ? given : find('.button', form);
    const label = button && button.innerHTML;
    clearTimeout(timer);
    form.setAttribute('aria-busy', true);
    const slow = setTimeout(() => {
      say(words('sending'), true);
      if (!button) return;
      button.style.minWidth = button.offsetWidth + 'px';
      button.textContent = words('sending');
    }, 300);
    ctx.restore = () => {
      clearTimeout(slow);
      form.removeAttribute('aria-busy');
      if (button) button.innerHTML = label;
    };
  });
  on('htmx:finally:request', (event) => {
    const ctx = event.detail.ctx;
    if (ctx.restore && !ctx.keepIndicators) ctx.restore();
  });

  // An event of ours, for old Safari has no requestSubmit; HTMX sends the form again as it stands.
  function retry(ctx, message) {
    const form = ctx.sourceElement;
    if (!ctx.restore) {
      // A page that looks whether something happened looks again after its own delay.
      if (form.matches('[hx-trigger^=load]')) htmx.process(form, true);
      return;
    }
    const delay = delays[++tries];
    again = () => {
      const event = new CustomEvent(ctx.sourceEvent.type, {bubbles: true, cancelable: true});
      event.submitter = ctx.request.submitter;
      again = clearTimeout(timer);
      if (form.isConnected) form.dispatchEvent(event);
    };
    if (delay) timer = setTimeout(again, delay * (750 + Math.random() * 500));
    else tries = 0;
    say(delay ? words('retry', delay) : message || words('failed'), false, delay ? null : again);
  }
  on('htmx:error', (event) => {
    const ctx = event.detail.ctx;
    if (ctx && ctx.text === undefined) retry(ctx);
  });
  addEventListener('online', () => again && again());

  on('htmx:after:swap', (event) => {
    const ctx = event.detail.ctx, target = ctx.target.closest ? ctx.target : find(ctx.target);  // HX-Retarget: a selector
    const box = target.closest('[data-combobox]');
    if (box) suggest(box);
    else if (ctx.swap === 'none') {
      if (ctx.response.status < 400) return;
      // The page of the error is not shown in place of the form: its words are, under it.
      const page = new DOMParser().parseFromString(ctx.text, 'text/html');
      const message = Array.from(page.querySelectorAll('h1, h1 + p'), (part) => part.textContent).join('. ') || words('failed');
      if (ctx.response.status > 501) retry(ctx, message);
      else if (ctx.restore) say(message);
    } else {
      const page = target.matches('#main, body');
      if (page || ctx.restore) {
        tries = 0;
        again = clearTimeout(timer);
        say('');
      }
      if (page) {
        dress();
        arrive();
      }
    }
  });

  // Password
  on('htmx:before:swap', () => passwords((field) => { kept[field.form.action] = field.value; }));
  function reveal(field) {
    const row = doc.createElement('div'), button = press('reveal', () => turn(field.type === 'password'));
    const turn = (shown) => {
      field.type = shown ? 'text' : 'password';
      button.setAttribute('aria-pressed', shown);
    };
    row.className = 'reveal';
    field.before(row);
    row.append(field, button);
    field.form.addEventListener('submit', () => turn(false), true);
    turn(false);
  }

  // Suggestions
  const boxOf = (event) => event.target.closest && event.target.closest('[data-combobox]');
  const input = (box) => find('[role=combobox]', box);
  const options = (box) => Array.from(box.querySelectorAll('[role=option]'));
  const chosen = (box) => { const field = find('[name=address_id]', box); return field.type === 'hidden' && field.value; };

  function mark(box, option) {
    options(box).forEach((other) => other.setAttribute('aria-selected', other === option));
    if (!option) return input(box).removeAttribute('aria-activedescendant');
    input(box).setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({block: 'nearest'});
  }
  function show(box, open) {
    open = open && options(box).length > 0;
    find('[role=listbox]', box).hidden = !open;
    input(box).setAttribute('aria-expanded', open);
    mark(box);
  }
  function suggest(box) {
    const count = options(box).length;
    find('.nothing', box).hidden = count;
    if (doc.activeElement !== input(box)) return;
    show(box, true);
    say(words(count > 1 ? 'many' : count ? 'one' : 'none', count, box), true);
  }
  // The id is a hidden field, or the answer to « Est-ce l'une de ces adresses ? », asked of another text.
  function recognise(box, id) {
    const check = find('.check', box), question = find('#question', box);
    if (question) question.outerHTML = '<input type="hidden" name="address_id">';
    find('[name=address_id]', box).value = id;
    find('.nothing', box).hidden = true;
    check.hidden = !id;
    const field = find('.field', box), wrong = id && find('.error', box);
    if (wrong) {
      wrong.remove();
      field.className = 'field';
      input(box).removeAttribute('aria-invalid');
    }
    field.classList.toggle('recognised', !!id);
    if (id) say(check.textContent, true);
  }
  function choose(box, option) {
    input(box).dispatchEvent(new CustomEvent('htmx:abort'));
    input(box).value = option.dataset.label;
    find('.check', box).textContent = option.dataset.note;
    recognise(box, option.dataset.id);
    show(box, false);
  }

  on('htmx:config:request', (event) => {
    const field = event.target, box = boxOf(event), body = event.detail.ctx.request.body;
    if (!box || field !== input(box)) return;
    const text = field.value.trim();
    if (text.length < 3 || chosen(box)) event.preventDefault();
    body.delete(field.name);
    body.set('q', text);
  });
  on('input', (event) => {
    const box = boxOf(event);
    if (!box || event.target !== input(box)) return;
    recognise(box, '');
    if (event.target.value.trim().length < 3) {
      event.target.dispatchEvent(new CustomEvent('htmx:abort'));
      find('[role=listbox]', box).textContent = '';
    }
    show(box, true);
  });
  on('keydown', (event) => {
    const box = boxOf(event), key = event.key;
    if (!box || event.target !== input(box) || event.isComposing) return;
    const list = options(box), last = list.length - 1, open = !find('[role=listbox]', box).hidden, at = list.indexOf(find('[aria-selected=true]', box));
    const to = {ArrowDown: at < last ? at + 1 : 0, ArrowUp: at > 0 ? at - 1 : last, Home: at < 0 ? -1 : 0, End: at < 0 ? -1 : last}[key];
    if (to >= 0 && last >= 0) {
      if (!open) show(box, true);
      mark(box, list[to]);
    } else if (key === 'Enter' && open && at >= 0) choose(box, list[at]);
    else if (key === 'Escape' && open) show(box, false);
    else return;
    event.preventDefault();
  });
  // The focus stays in the field while the finger or the mouse is on the list.
  on('mousedown', (event) => { if (event.target.closest('[role=option]')) event.preventDefault(); });
  on('click', (event) => {
    const option = event.target.closest('[role=option]'), box = boxOf(event);
    if (option && box) choose(box, option);
  });
  on('focusout', (event) => { const box = boxOf(event); if (box) show(box, false); });

  dress();
  if (find('#summary')) arrive();
  // A page that a link of this frame opened begins at its top, as after a step.
  else tell(doc.referrer.indexOf(location.origin + '/') === 0);
  if (window.ResizeObserver) new ResizeObserver(() => tell(false)).observe(doc.documentElement);
})();
