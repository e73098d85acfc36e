/*
Sends the pages of a document from a phone, part by part, on the page that works without it. Markup it looks for:

#sending           the form; data-uploads is where uploads begin, data-token proves the session, data-owner tells accounts
                   apart on one phone, data-child, data-year, data-kind say what is sent.
input[type=file]   what is chosen is made smaller, kept in the browser until it has arrived, and sent at once.
ol > li            a page, made from the template: [data-n] shows its rank, [data-state] where it is, [name=envoi] its number
                   once it has arrived; [name=monter], [name=descendre], [name=retirer] are its buttons.
[data-unfinished]  hidden; shown when pages wait here from before, its first button goes on, the second gives them up.
[data-smaller]     hidden, as it is true with this script alone: photos are made smaller.
[role=status]      what is read aloud, now and then; its data-* carry the sentences, # for a number.
*/
(function () {
  const doc = document, form = doc.getElementById('sending'), {owner, uploads, token, child, year, kind} = form.dataset;
  const find = (selector, root) => (root || form).querySelector(selector), path = location.pathname;
  const list = find('ol'), status = find('[role=status]'), again = find('[data-unfinished]');
  const LONG = 1600, MOST = 12 << 20, FIRST = 16384, LEAST = 4096, LARGEST = 262144, DAY = 864e5;
  let queue = Promise.resolve(), pending = 0, leaving = false, told = 0, wake, over;

  const words = (name, ...numbers) => status.dataset[name].replace(/#/g, () => numbers.shift());
  const kilo = (bytes) => Math.ceil(bytes / 1024);
  const time = (seconds) => seconds < 90 ? Math.ceil(seconds / 5) * 5 + ' s' : Math.ceil(seconds / 60) + ' min';
  function say(message) {
    told = Date.now();
    status.textContent = message;
  }
  function show(page, state) { find('[data-state]', page.li).textContent = state; }
  function count() {
    Array.from(list.children).forEach((li, at) => li.querySelectorAll('[data-n]').forEach((one) => { one.textContent = at + 1; }));
  }

  // What waits is kept as bytes: some phones lose what a file of theirs holds. Where it is refused, nothing is kept.
  const base = new Promise((done) => {
    try {
      const asked = indexedDB.open('documents', 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore('pages', {keyPath: 'key'});
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => done();
    } catch (refused) { done(); }
  });
  const keep = (act, value) => base.then((opened) => opened && new Promise((done) => {
    const change = opened.transaction('pages', 'readwrite'), asked = change.objectStore('pages')[act](value);
    change.oncomplete = () => done(asked.result);
    change.onabort = () => done();
  })).catch(() => 0);

  // A photo, smaller, or the file as it is when the browser makes nothing of it. No canvas is larger than what is sent.
  async function shrink(file) {
    if (!/^image/.test(file.type)) return file;
    try {
      const image = await createImageBitmap(file, file.size > 2e6 ? {resizeWidth: LONG, resizeQuality: 'high'} : {});
      const scale = Math.min(1, LONG / Math.max(image.width, image.height)), canvas = doc.createElement('canvas');
      const width = canvas.width = Math.round(image.width * scale), height = canvas.height = Math.round(image.height * scale);
      const context = canvas.getContext('2d');
      context.fillStyle = '#fff';
      context.fillRect(0, 0, width, height);
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, width, height);
      image.close();
      const dots = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
      const small = dots.some((dot) => dot !== dots[0]) && await new Promise((done) => canvas.toBlob(done, 'image/jpeg', .6));
      canvas.width = 0;
      return small && small.size && small.size < file.size ? small : file;
    } catch (unreadable) { return file; }
  }

  async function take(file) {
    const bytes = await new Response(await shrink(file)).arrayBuffer(), size = bytes.byteLength;
    let n = 1;
    while (find(`[data-page="${n}"]`, list)) n++;
    const wrong = size > MOST ? 'large' : n > 10 ? 'many' : !size && 'empty';
    if (wrong) say(words(wrong));
    else {
      const kept = {key: path + n, owner, path, n, bytes, at: Date.now()};
      add(kept);
      await keep('put', kept);
    }
    pending--;
  }

  function add(kept) {
    const page = Object.assign({}, kept), li = page.li = doc.importNode(find('template').content, true).firstElementChild;
    li.page = page;
    li.dataset.page = page.n;
    list.append(li);
    count();
    show(page, words('ready', kilo(page.bytes.byteLength)));
    pending++;
    queue = queue.then(() => send(page)).then(() => {
      pending--;
      if (pending || over || !list.children.length) return;
      if (leaving) form.submit();
      else say(words('all'));
    });
  }

  function call(page, method, headers, body) {
    const stop = page.stop = new AbortController(), timer = setTimeout(() => stop.abort(), 60000);
    return fetch(page.url || uploads, {
      method, body, redirect: 'manual', referrerPolicy: 'no-referrer', signal: stop.signal, headers: Object.assign({'X-CSRFToken': token}, headers),
    }).finally(() => clearTimeout(timer));
  }

  async function begin(page, size) {
    if (page.url) return call(page, 'HEAD');
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', page.bytes));
    const sha256 = Array.from(hash, (one) => one.toString(16).padStart(2, '0')).join('');
    return call(page, 'POST', {}, new URLSearchParams({child, year, kind, page: page.n, size, sha256}));
  }

  // A part is what a cut costs, and each has a head of its own: they grow while they are quick, less so once one was lost.
  // Then, where the file is to go on is asked: what was acknowledged, or only arrived, is not sent again. What a browser
  // sends again by itself, when its connection breaks, shows in its time alone.
  async function send(page) {
    const size = page.bytes.byteLength;
    let part = FIRST, tries = 0, offset = -1, quick = 4, trip = Infinity, pace = Infinity;
    const lost = () => {
      part = Math.max(part / 2, LEAST);
      quick = 1;
    };
    while (!page.gone && !over) {
      const began = Date.now(), asks = offset < 0, end = Math.min(offset + part, size);
      try {
        const answer = await (asks ? begin(page, size) : call(page, 'PATCH', Object.assign({
          'Content-Type': 'application/partial-upload', 'Upload-Offset': offset,
        }, end < size ? {} : {'Upload-Complete': '?1'}), page.bytes.slice(offset, end)));
        if (answer.status > 428) throw answer;
        if (answer.status === 404 && page.url) {
          page.url = '';  // given up for too long: it begins anew
          offset = -1;
        } else if (answer.ok || answer.status === 409) {
          const took = (Date.now() - began) / 1000, sent = +answer.headers.get('Upload-Offset');
          page.url = answer.headers.get('Location') || page.url;
          if (asks) trip = Math.min(trip, took);
          else if (answer.ok) {
            const length = end - offset;
            if (took > trip + 1.5 * length * pace + .5) lost();
            else if (took < quick) part = Math.min(2 * part, LARGEST);
            pace = Math.min(pace, Math.max(took - trip, 0) / length);
            progress(page, sent, size, (size - sent) * took / length);
          }
          offset = sent;
          tries = 0;
          if (sent === size) return arrive(page, size);
        } else return refuse(page, answer);
      } catch (broken) {
        if (page.gone) return;
        if (!asks) lost();
        offset = -1;
        const delay = Math.min(2 ** tries++, 60);
        show(page, words('retry', delay));
        await new Promise((go) => { wake = go; setTimeout(go, 1000 * delay); });
      }
    }
  }

  function progress(page, sent, size, left) {
    const message = words('part', kilo(sent), kilo(size), time(left));
    show(page, message);
    if (Date.now() - told > 15000) say(message);
  }
  function arrive(page, size) {
    const field = find('[name=envoi]', page.li);
    field.value = page.url.split('/').pop();
    field.disabled = false;
    right();
    show(page, words('arrived', kilo(size)));
    return keep('delete', page.key);
  }
  // What the page said was wrong, that there was no page to send, is so no more.
  function right() {
    const summary = doc.getElementById('summary'), input = find('#files');
    if (!summary) return;
    summary.remove();
    find('#files-error').remove();
    find('.invalid').classList.remove('invalid');
    input.removeAttribute('aria-invalid');
    input.setAttribute('aria-describedby', 'limits');
    doc.title = doc.title.replace(/^.*?\s:\s/, '');
  }
  // A session that ended loses nothing: once signed in again, the page opens and goes on.
  function refuse(page, answer) {
    over = answer.status !== 413;
    const message = words(over ? 'over' : 'refused');
    show(page, message);
    say(message);
  }

  async function drop(li) {
    const page = li.page || {}, number = find('[name=envoi]', li).value;
    page.gone = true;
    if (page.stop) page.stop.abort();
    if (wake) wake();
    li.remove();
    count();
    say(words('removed'));
    form.querySelector('[type=file]').focus();
    if (page.key) await keep('delete', page.key);
    if (page.url || number) call({url: page.url || `${uploads}/${number}`}, 'DELETE').catch(() => 0);
  }

  list.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    event.preventDefault();
    const li = button.closest('li'), before = li.previousElementSibling, after = li.nextElementSibling;
    if (button.name === 'retirer') return drop(li);
    if (button.name === 'monter' && before) before.before(li);
    if (button.name === 'descendre' && after) after.after(li);
    count();
    // The button that moves no further is not shown: the other takes its place under the finger.
    (button.offsetWidth ? button : find(`[name=${button.name === 'monter' ? 'descendre' : 'monter'}]`, li)).focus();
    say(words('moved', 1 + Array.from(list.children).indexOf(li)));
  });
  form.addEventListener('change', async (event) => {
    const input = event.target, files = Array.from(input.files || []);
    pending += files.length;
    for (const file of files) await take(file);
    if (files.length) input.value = '';
  });
  form.addEventListener('submit', (event) => {
    if (!pending || over || event.submitter && event.submitter.name) return;
    event.preventDefault();
    leaving = true;
    say(words('last'));
  });
  addEventListener('online', () => wake && wake());
  doc.querySelectorAll('[action$="/deconnexion"]').forEach((one) => one.addEventListener('submit', () => keep('clear')));

  keep('getAll').then((found) => {
    const here = (found || []).filter((one) => {
      const good = one.owner === owner && Date.now() - one.at < DAY;
      if (!good) keep('delete', one.key);
      return good && one.path === path;
    });
    again.hidden = !here.length;
    again.addEventListener('click', (event) => {
      if (!event.target.matches('button')) return;
      again.hidden = true;
      here.forEach((one) => event.target.name ? keep('delete', one.key) : add(one));
    });
  });
  find('[name=ajouter]').hidden = true;
  find('[data-smaller]').hidden = false;
})();
