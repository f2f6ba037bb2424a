// The reviewer's pages: keys, the clipboard, and the storing of what is typed. htmx does the rest.
(() => {
  'use strict';

  const site = document.querySelector('meta[name="harken"]');
  const base = site.dataset.base;
  let token = site.dataset.csrf;
  const panel = document.getElementById('panel');
  if (!panel) {
    return;
  }

  const STORE_AFTER = 700;
  const RETRY_AFTER = 3000;
  const SAID_FOR = 6000;
  const MOST_KEPT_ALIVE = 16 * 1024;
  const KEYS_OFF = 'harken.keys-off';
  const LIST = 'harken.list';
  const FEED = 'harken.feed';
  const twoPanes = document.body.classList.contains('two-panes');
  const wide = window.matchMedia('(min-width: 60em)');
  const states = new WeakMap();
  let pendingNext = false;
  let goOnAfterReview = false;
  let focusPost = false;
  // The post that the panel is about to show, and what was pressed for it meanwhile.
  let wanted = null;
  let held = null;
  let goingOn = false;
  let leaving = false;
  // While the list is read anew, and what was pressed meanwhile; then whether the next post is the first of it.
  let showing = false;
  let movedBy = 0;
  let fromTop = false;
  // Whether this page listens to nothing, as it has been hidden for a while.
  let resting = document.hidden;
  let saidTimer = 0;

  // ---- What is remembered between pages; a browser may forbid it.
  const memory = (kind) => ({
    get: (name) => { try { return window[kind].getItem(name); } catch { return null; } },
    set: (name, value) => { try { window[kind].setItem(name, value); } catch { /* The keys work without. */ } },
  });
  const tab = memory('sessionStorage');
  const machine = memory('localStorage');

  // ---- Saying what happened
  function say(text) {
    const said = document.getElementById('said');
    said.textContent = text;
    said.classList.add('is-shown');
    clearTimeout(saidTimer);
    saidTimer = setTimeout(() => said.classList.remove('is-shown'), SAID_FOR);
  }

  function detail(html) {
    const part = document.createElement('template');
    part.innerHTML = html;
    return part.content.querySelector('.problem')?.textContent.trim();
  }

  // ---- Reading from the server what may have changed there
  const SHOWN_AFTER = 300;
  const READ_WITHIN = 30000;

  /** Does some work soon, once for all who ask meanwhile, and never twice at a time. */
  function soon(work) {
    let asked = false;
    let runs = false;
    return async () => {
      asked = true;
      if (runs) {
        return;
      }
      runs = true;
      while (asked) {
        await new Promise((goOn) => { setTimeout(goOn, SHOWN_AFTER); });
        asked = false;
        try {
          await work();
        } catch { /* The next event tries again. */ }
      }
      runs = false;
    };
  }

  /** What is at an address, or nothing when that is refused. */
  async function read(address, headers = {}) {
    const response = await fetch(address, { credentials: 'same-origin', headers, signal: AbortSignal.timeout(READ_WITHIN) });
    return response.ok ? response.text() : '';
  }

  // ---- The list
  const items = () => [...document.querySelectorAll('.item')];
  const currentItem = () => document.querySelector('.item.is-current');
  const shownPost = () => document.getElementById('post')?.dataset.post;

  function remember() {
    if (twoPanes) {
      tab.set(LIST, JSON.stringify(items().map((item) => item.dataset.post)));
      tab.set(FEED, location.pathname + location.search);
    }
  }

  function markCurrent(id) {
    for (const item of items()) {
      item.classList.toggle('is-current', item.dataset.post === id);
      item.querySelector('a').toggleAttribute('aria-current', item.dataset.post === id);
    }
  }

  /** Whether what is shown is not what the reviewer's next key is about. */
  const busy = () => showing || !!wanted || goOnAfterReview || pendingNext || leaving;

  async function select(item) {
    fromTop = false;
    const id = item.dataset.post;
    const loads = wide.matches;
    wanted = loads ? id : null;
    if (!(await leave())) {
      if (wanted === id) {
        loaded(id);
      }
      return;
    }
    if (loads && wanted !== id) {
      return;
    }
    markCurrent(id);
    item.scrollIntoView({ block: 'nearest' });
    if (loads) {
      focusPost = true;
      panel.setAttribute('aria-busy', 'true');
      htmx.ajax('GET', `${base}posts/${id}`, { source: panel, target: panel, swap: 'innerHTML' });
    } else {
      item.querySelector('a').focus({ preventScroll: true });
    }
  }

  /** The panel was asked for a post, and shows it or, when that failed, what it showed before. */
  function loaded(id, status) {
    if (wanted && wanted !== id) {
      return;
    }
    const key = held;
    forget();
    panel.removeAttribute('aria-busy');
    markCurrent(shownPost());
    if (status === 200 && shownPost() === id) {
      // htmx itself takes charge of the new buttons a moment later, and a key may press one.
      htmx.process(panel);
      keys[key]?.();
    } else if (status === 404) {
      document.getElementById(`item-${id}`)?.remove();
    }
  }

  function forget() {
    wanted = null;
    held = null;
    goingOn = false;
    focusPost = false;
  }

  function neighbour(step) {
    const all = items();
    const at = all.indexOf(currentItem());
    const isBeforeAll = at < 0 || (fromTop && step > 0 && at > 0);
    if (isBeforeAll && step < 0) {
      return undefined;
    }
    return all[isBeforeAll ? step - 1 : at + step];
  }

  function move(step) {
    if (!twoPanes) {
      moveToPage(step);
      return;
    }
    const next = neighbour(step);
    fromTop = false;
    if (next) {
      select(next);
    } else if (step > 0 && document.querySelector('.more')) {
      pendingNext = true;
      moreAgain(document.querySelector('.more')).scrollIntoView();
    } else {
      held = null;
      say(step > 0 ? 'That was the last post.' : 'That was the first post.');
    }
  }

  /** The link to older posts loads them once; when that failed, another in its place does. */
  function moreAgain(more) {
    if (!more.dataset.failed) {
      return more;
    }
    const again = more.cloneNode(true);
    delete again.dataset.failed;
    more.replaceWith(again);
    htmx.process(again);
    return again;
  }

  /** From the page of a post to that of its neighbour in the list that it was opened from. */
  function pageNeighbour(step) {
    const list = JSON.parse(tab.get(LIST) || '[]');
    const at = list.indexOf(shownPost());
    return at < 0 ? undefined : list[at + step];
  }

  async function moveToPage(step) {
    const id = pageNeighbour(step);
    if (!id) {
      say(step > 0 ? 'There is no next post in the list.' : 'There is no post before it in the list.');
    } else {
      leaving = true;
      if (await leave()) {
        location.assign(`${base}posts/${id}`);
      } else {
        leaving = false;
      }
    }
  }

  /** How many posts wait, of each config: the server counts, also posts that are not in the list. */
  const countSoon = soon(async () => {
    const address = location.href;
    const query = new URLSearchParams({ limit: '1' });
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (value && (name === 'client_id' || name === 'config_id')) {
        query.set(name, value);
      }
    }
    const page = document.querySelector('.waiting') ? await read(`${base}?${query}`) : '';
    if (location.href === address) {
      takeCounts(new DOMParser().parseFromString(page, 'text/html'));
    }
  });

  function takeCounts(page) {
    const ours = document.querySelector('.waiting');
    const theirs = page.querySelector('.waiting');
    if (ours && theirs) {
      const focused = ours.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
      ours.replaceWith(theirs);
      [...theirs.querySelectorAll('a')].find((link) => link.getAttribute('href') === focused)?.focus({ preventScroll: true });
    }
  }

  /** Has an item of the list say what is known of its post, here or on the server. */
  function describe(item, post) {
    const marks = post.querySelector('#marks').dataset;
    const drafts = post.querySelector('#drafts').dataset;
    const reviewed = marks.reviewed === 'true';
    if (reviewed !== item.classList.contains('is-reviewed')) {
      item.classList.toggle('is-reviewed', reviewed);
      countSoon();
    }
    item.classList.toggle('is-flagged', marks.flagged === 'true');
    item.classList.toggle('is-gone', post.dataset.gone === 'true');
    item.classList.toggle('is-overdue', post.classList.contains('is-overdue'));
    const title = post.querySelector('#post-title');
    const shown = item.querySelector('.item-title');
    if (shown.textContent.trim() !== title.textContent.trim()) {
      shown.replaceChildren(...title.cloneNode(true).childNodes);
    }
    // While a draft is waited for, none of them is shown.
    if (drafts.badge !== undefined) {
      item.classList.toggle('is-copied', !!post.querySelector('.draft[data-copied="true"]'));
      const badge = item.querySelector('.badge');
      badge.classList.toggle('draft-badge', drafts.badge !== '');
      badge.textContent = drafts.badge || 'no draft';
    }
  }

  /** Has the list say of the post in the panel what the panel says. */
  function sync() {
    const post = document.getElementById('post');
    const item = post && document.getElementById(`item-${post.dataset.post}`);
    if (item && twoPanes && !currentItem()) {
      // The list was read anew.
      item.classList.add('is-current');
      item.querySelector('a').setAttribute('aria-current', 'true');
    }
    if (item) {
      describe(item, post);
    }
    if (post && !post.querySelector('.draft.is-current')) {
      post.querySelector('.draft')?.classList.add('is-current');
    }
  }

  // ---- Drafts
  const currentDraft = () => document.querySelector('.draft.is-current') || document.querySelector('.draft');
  const textOf = (draft) => draft.querySelector('textarea');
  const draftOf = (element) => element.closest('.draft');

  function choose(draft) {
    document.querySelectorAll('.draft').forEach((other) => other.classList.toggle('is-current', other === draft));
  }

  function moveDraft(step) {
    const all = [...document.querySelectorAll('.draft')];
    const next = all[all.indexOf(currentDraft()) + step];
    if (next) {
      choose(next);
      next.scrollIntoView({ block: 'nearest' });
      say(next.querySelector('h3').textContent.trim());
    }
  }

  const stateOf = (draft) => {
    if (!states.has(draft)) {
      states.set(draft, { dirty: false, timer: 0, storing: null, conflict: false });
    }
    return states.get(draft);
  };

  function note(draft, text, kind = '') {
    const place = draft.querySelector('.save');
    place.textContent = text;
    place.dataset.kind = kind;
  }

  /** Sends a form as the pages' scripts do; a token from before a new login in another tab is renewed once. */
  async function send(path, values, renewed = false) {
    const body = new URLSearchParams(values).toString();
    const response = await fetch(base + path, {
      method: 'POST',
      // Outlives the page; browsers refuse it when all such bodies together are above 64 KiB.
      keepalive: body.length <= MOST_KEPT_ALIVE,
      credentials: 'same-origin',
      headers: {
        'HX-Request': 'true',
        'HX-Current-URL': location.href,
        'X-CSRF-Token': token,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body,
    });
    if (response.status === 403 && !renewed) {
      const page = await (await fetch(`${base}?limit=1`, { credentials: 'same-origin' })).text();
      const fresh = new DOMParser().parseFromString(page, 'text/html').querySelector('meta[name="harken"]');
      if (fresh?.dataset.csrf && fresh.dataset.csrf !== token) {
        token = fresh.dataset.csrf;
        return send(path, values, true);
      }
    }
    return response;
  }

  function typed(draft) {
    const state = stateOf(draft);
    state.dirty = true;
    draft.dataset.acknowledged = 'false';
    if (!state.conflict) {
      note(draft, 'Not stored yet …');
      clearTimeout(state.timer);
      state.timer = setTimeout(() => store(draft), STORE_AFTER);
    }
  }

  /** Stores what was typed, one request at a time; true when all of it is stored. */
  function store(draft) {
    const state = stateOf(draft);
    clearTimeout(state.timer);
    if (!state.storing) {
      state.storing = storeAll(draft, state).finally(() => { state.storing = null; });
    }
    return state.storing;
  }

  async function storeAll(draft, state) {
    while (state.dirty && !state.conflict) {
      const text = textOf(draft).value;
      if (!text.trim()) {
        note(draft, 'An empty reply is not stored.', 'bad');
        return false;
      }
      let response;
      try {
        note(draft, 'Storing …');
        response = await send(`drafts/${draft.dataset.draft}/edit`, { content: text, revision: draft.dataset.revision });
      } catch {
        note(draft, 'Not stored: no connection. Trying again …', 'bad');
        state.timer = setTimeout(() => store(draft), RETRY_AFTER);
        return false;
      }
      if (response.ok) {
        const stored = await response.json();
        draft.dataset.revision = stored.revision;
        state.dirty = textOf(draft).value !== text;
        draft.dataset.acknowledged = stored.acknowledged && !state.dirty;
        note(draft, 'Stored', 'good');
      } else if (response.status === 409) {
        showConflict(draft, await response.text());
      } else if (response.status === 401) {
        note(draft, 'Not stored: you are signed out. Sign in in another tab, then go on typing here.', 'bad');
        return false;
      } else {
        note(draft, `Not stored: ${detail(await response.text()) || response.status}`, 'bad');
        return false;
      }
    }
    return !state.dirty;
  }

  function showConflict(draft, html) {
    stateOf(draft).conflict = true;
    draft.querySelector('.conflict-place').innerHTML = html;
    note(draft, 'Not stored: somebody changed this text', 'bad');
  }

  function settle(draft, keepMine) {
    const conflict = draft.querySelector('.conflict');
    const state = stateOf(draft);
    draft.dataset.revision = conflict.dataset.revision;
    state.conflict = false;
    if (keepMine) {
      state.dirty = true;
    } else {
      textOf(draft).value = conflict.querySelector('[data-theirs]').textContent;
      draft.dataset.acknowledged = conflict.dataset.acknowledged;
      state.dirty = false;
      note(draft, 'Stored', 'good');
    }
    conflict.remove();
    textOf(draft).focus();
    if (keepMine) {
      store(draft);
    }
  }

  const isTypedIn = (draft) => {
    const state = stateOf(draft);
    return state.dirty || !!state.storing || state.conflict || document.activeElement === textOf(draft);
  };

  const dirtyDrafts = () => [...document.querySelectorAll('.draft')].filter((draft) => stateOf(draft).dirty);

  /** Stores everything before something else takes its place; true when that may happen. */
  async function leave() {
    const waiting = dirtyDrafts();
    if (!waiting.length) {
      return true;
    }
    const stored = await Promise.all(waiting.map(store));
    if (stored.every(Boolean)) {
      return true;
    }
    say('This reply is not stored yet. See what its field says.');
    textOf(dirtyDrafts()[0] || waiting[0]).focus();
    return false;
  }

  function replace(draft, html) {
    const part = document.createElement('template');
    part.innerHTML = html;
    const fresh = part.content.querySelector('.draft');
    if (!fresh) {
      return draft;
    }
    const focused = draft.contains(document.activeElement) ? document.activeElement.dataset.does : undefined;
    fresh.classList.toggle('is-current', draft.classList.contains('is-current'));
    draft.replaceWith(fresh);
    htmx.process(fresh);
    if (focused) {
      const same = fresh.querySelector(`[data-does="${focused}"]`);
      (same?.getClientRects().length ? same : fresh.querySelector('[data-does="copy"]')).focus();
    }
    sync();
    return fresh;
  }

  /** Takes over what the draft's answer says besides the text, which somebody is typing. */
  function adopt(draft, html) {
    const part = document.createElement('template');
    part.innerHTML = html;
    const fresh = part.content.querySelector('.draft');
    if (fresh) {
      draft.dataset.copied = fresh.dataset.copied;
      draft.classList.toggle('is-copied', fresh.classList.contains('is-copied'));
      // What was acknowledged may be another text than the one that stands there by now.
      if (!stateOf(draft).dirty && fresh.dataset.revision === draft.dataset.revision) {
        draft.dataset.acknowledged = fresh.dataset.acknowledged;
      }
      sync();
    }
    return draft;
  }

  // ---- Copying
  function toClipboard(text) {
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(text);
    }
    // Over plain http a browser has no other way.
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'unseen';
    document.body.append(field);
    const before = document.activeElement;
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    before?.focus({ preventScroll: true });
    return done ? Promise.resolve() : Promise.reject(new Error('refused'));
  }

  async function copy(draft) {
    choose(draft);
    if (draft.dataset.required === 'true' && draft.dataset.acknowledged !== 'true') {
      document.getElementById('rules').open = true;
      const button = draft.querySelector('[data-does="acknowledge"]');
      button.dataset.thenCopy = 'true';
      button.focus();
      say('Check the rules first. Enter says that the reply keeps to them, and copies it.');
      return;
    }
    await copyNow(draft, toClipboard(textOf(draft).value));
  }

  /** The clipboard is written before anything is waited for: browsers allow it only right after a key or click. */
  async function copyNow(draft, written) {
    try {
      await written;
    } catch {
      textOf(draft).select();
      say('The browser did not let the reply be copied. It is selected: press Ctrl+C.');
      return;
    }
    if (!(await store(draft))) {
      say('Copied, but not stored. See what the field says.');
      return;
    }
    await change(draft, 'copied', 'Copied. Paste it into the thread.');
  }

  async function acknowledge(draft, thenCopy) {
    if (draft.dataset.acknowledged === 'true') {
      return;
    }
    const written = thenCopy ? toClipboard(textOf(draft).value) : null;
    written?.catch(() => {});
    if (!(await store(draft))) {
      return;
    }
    const fresh = await change(draft, 'compliance', 'Rules acknowledged.');
    if (fresh && thenCopy) {
      await copyNow(fresh, written);
    }
  }

  /** Answers the draft as it is afterwards, or nothing when it was refused. */
  async function change(draft, what, done) {
    let response;
    try {
      response = await send(`drafts/${draft.dataset.draft}/${what}`, {
        revision: draft.dataset.revision,
        place: draft.dataset.place,
      });
    } catch {
      say('No connection: this was not noted. Try again.');
      return undefined;
    }
    const html = await response.text();
    if (response.ok) {
      say(done);
      const now = draft.isConnected ? draft : document.getElementById(draft.id) || draft;
      return isTypedIn(now) ? adopt(now, html) : replace(now, html);
    }
    if (response.status === 409 && html.includes('data-conflict')) {
      showConflict(draft, html);
      say('Somebody changed this text meanwhile. See below the field.');
    } else {
      say(detail(html) || `This was refused (${response.status}).`);
    }
    return undefined;
  }

  function history(draft, button) {
    const place = draft.querySelector('.history-place');
    const open = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!open));
    if (open) {
      place.replaceChildren();
    } else {
      store(draft).then(() => htmx.ajax('GET', `${base}drafts/${draft.dataset.draft}/history`, { target: place, swap: 'innerHTML' }))
        .then(() => place.querySelector('h4')?.focus());
    }
  }

  // ---- What happens meanwhile, here and elsewhere
  const arrived = new Set();
  // What changed here while the list was read for comparison.
  const touched = new Set();
  let stale = false;
  const freshButton = document.getElementById('fresh');
  // Posts of which more happened than an event says.
  const outdated = new Set();

  const client = () => new URLSearchParams(location.search).get('client_id') || '';

  /** Whether a new post may not belong to what is shown; it is unreviewed, and as young as can be. */
  function isFiltered() {
    const filters = new URLSearchParams(location.search);
    ['client_id', 'age', 'limit'].forEach((name) => filters.delete(name));
    return [...filters].some(([name, value]) => value && !(name === 'reviewed' && value === 'false'));
  }

  function announce() {
    if (freshButton) {
      freshButton.hidden = !arrived.size && !stale;
      if (stale) {
        freshButton.textContent = 'Show what is new';
      } else if (isFiltered()) {
        freshButton.textContent = 'There may be new posts';
      } else {
        freshButton.textContent = arrived.size === 1 ? '1 new post' : `${arrived.size} new posts`;
      }
    }
  }

  /** The list was read anew; what came while it was read is announced still. */
  function settled(before) {
    before.forEach((post) => arrived.delete(post));
    stale = false;
    announce();
  }

  /** The list as it is now; nothing when it cannot be read, or another was asked for meanwhile. */
  async function readList() {
    const address = location.href;
    const page = await read(address);
    return location.href === address ? new DOMParser().parseFromString(page, 'text/html').getElementById('list') : null;
  }

  /** Reads the list anew; the post in the panel stays, and what is typed there. Keys wait for what it will show. */
  async function showFresh() {
    if (showing) {
      return;
    }
    showing = true;
    const shown = await takeList();
    showing = false;
    fromTop = shown;
    if (!shown) {
      dropPressed();
    } else if (movedBy) {
      move(movedBy);
    } else if (!busy()) {
      const key = held;
      held = null;
      keys[key]?.();
    }
    movedBy = 0;
  }

  async function takeList() {
    const before = [...arrived];
    let list = null;
    try {
      list = await readList();
    } catch { /* Said below. */ }
    if (!list) {
      say('The new posts could not be read. Try again.');
      return false;
    }
    document.getElementById('list').replaceWith(list);
    settled(before);
    htmx.process(list);
    sync();
    remember();
    document.getElementById('main').focus({ preventScroll: true });
    return true;
  }

  /** What happened between the making of the page and its first event. */
  async function catchUp() {
    touched.clear();
    refreshSoon(shownPost());
    const list = twoPanes ? await readList() : null;
    let newer = true;
    for (const theirs of list?.querySelectorAll('.item') || []) {
      const ours = document.getElementById(theirs.id);
      const post = theirs.dataset.post;
      newer = newer && !ours;
      if (newer) {
        arrived.add(post);
      } else if (ours && !touched.has(post)) {
        takeItem(ours, theirs);
      }
    }
    if (list) {
      takeCounts(list);
    }
    announce();
  }

  const SHOWS = ['is-reviewed', 'is-flagged', 'is-copied', 'is-gone', 'is-overdue'];

  function takeItem(ours, theirs) {
    const shown = (item) => [
      ...SHOWS.map((is) => item.classList.contains(is)),
      ...['.item-title', '.badges'].map((part) => item.querySelector(part).textContent.trim().replace(/\s+/g, ' ')),
    ].join();
    if (shown(ours) !== shown(theirs)) {
      const isFocused = ours.contains(document.activeElement);
      const isCurrent = ours.classList.contains('is-current');
      ours.replaceWith(theirs);
      if (isCurrent) {
        markCurrent(theirs.dataset.post);
      }
      if (isFocused) {
        theirs.querySelector('a').focus({ preventScroll: true });
      }
    }
  }

  /** Shows in the list what an event says by itself. */
  function mark(id, action) {
    const is = action.endsWith('reviewed') ? 'reviewed' : 'flagged';
    const item = document.getElementById(`item-${id}`);
    if (MARKED.has(action)) {
      item?.classList.toggle(`is-${is}`, action === `post.${is}`);
    } else if (action === 'response.copied') {
      item?.classList.add('is-copied');
    } else if (action === 'post.overdue') {
      [item, id === shownPost() && document.getElementById('post')].forEach((part) => part && part.classList.add('is-overdue'));
    } else if (TAKEN.has(action)) {
      // Of what was deleted, nothing is shown while the rest is read.
      item?.querySelector('.item-text')?.remove();
    }
    if (COUNTED.has(action)) {
      countSoon();
    }
  }

  const refreshAll = soon(async () => {
    while (outdated.size) {
      const [id] = outdated;
      outdated.delete(id);
      await refresh(id);
    }
  });

  function refreshSoon(id) {
    if (id) {
      outdated.add(id);
      refreshAll();
    }
  }

  /** Shows in list and panel what somebody else did to a post; what is typed and not stored yet is left alone. */
  async function refresh(id) {
    const page = document.createElement('template');
    page.innerHTML = await read(`${base}posts/${id}`, { 'HX-Request': 'true' });
    const theirs = page.content.getElementById('post');
    if (!theirs) {
      return;
    }
    document.adoptNode(theirs);
    const item = document.getElementById(`item-${id}`);
    if (item) {
      describe(item, theirs);
    }
    if (shownPost() === id) {
      refreshPanel(document.getElementById('post'), theirs);
    }
  }

  function refreshPanel(ours, theirs) {
    ours.classList.toggle('is-overdue', theirs.classList.contains('is-overdue'));
    if (ours.dataset.text !== theirs.dataset.text) {
      ours.dataset.text = theirs.dataset.text;
      ours.dataset.gone = theirs.dataset.gone;
      ['.post-head', '.reading-side'].forEach((part) => refreshPart(ours.querySelector(part), theirs.querySelector(part)));
      document.title = `${document.getElementById('post-title').textContent} – Harken`;
    } else {
      refreshMarks(document.getElementById('marks'), theirs.querySelector('#marks'));
    }
    theirs.querySelectorAll('.draft').forEach(refreshDraft);
    refreshDrafts(document.getElementById('drafts'), theirs.querySelector('#drafts'));
    sync();
  }

  function refreshPart(ours, theirs) {
    const focused = ours.contains(document.activeElement) ? document.activeElement.id : null;
    ours.replaceWith(theirs);
    htmx.process(theirs);
    if (focused !== null) {
      ((focused && document.getElementById(focused)) || document.getElementById('post-title')).focus({ preventScroll: true });
    }
  }

  function refreshMarks(ours, theirs) {
    // The answer to a mark that is being set says what is so then.
    if (!isAsking(ours) && (ours.dataset.reviewed !== theirs.dataset.reviewed || ours.dataset.flagged !== theirs.dataset.flagged)) {
      refreshPart(ours, theirs);
    }
  }

  function refreshDraft(theirs) {
    const ours = document.querySelector(`#drafts [id="${theirs.id}"]`);
    if (ours && !stateOf(ours).dirty && !stateOf(ours).storing
      && (Number(theirs.dataset.revision) > Number(ours.dataset.revision)
        || (theirs.dataset.revision === ours.dataset.revision
          && ['copied', 'acknowledged'].some((is) => theirs.dataset[is] !== ours.dataset[is])))) {
      const typing = document.activeElement === textOf(ours);
      const changed = theirs.dataset.revision !== ours.dataset.revision;
      const draft = typing && !changed ? adopt(ours, theirs.outerHTML) : replace(ours, theirs.outerHTML);
      if (typing && changed) {
        edit(draft);
      }
      if (changed) {
        note(draft, 'Changed by somebody else just now');
      }
    }
  }

  /** Whether a part of the page waits for an answer that is to take a place in it. */
  const isAsking = (part) => part.matches('.htmx-request') || !!part.querySelector('.htmx-request');

  /** Shows drafts that came or went; while somebody types in one of the others, offers to. */
  function refreshDrafts(ours, theirs) {
    if (ours.getAttribute('aria-busy')) {
      // It asks by itself.
      return;
    }
    const ids = (drafts) => [...drafts.querySelectorAll('.draft')].map((draft) => draft.id);
    const come = ids(theirs).filter((id) => !ids(ours).includes(id));
    ours.dataset.badge = theirs.dataset.badge;
    if (!theirs.querySelector('[data-does="another"]')) {
      ours.querySelector('[data-does="another"]')?.remove();
    }
    if (ids(ours).join() === ids(theirs).join()) {
      ours.querySelector('[data-does="show-drafts"]')?.remove();
    } else if (isAsking(ours)) {
      setTimeout(refreshSoon, RETRY_AFTER, ours.dataset.post);
    } else if ([...ours.querySelectorAll('.draft')].some(isTypedIn)) {
      offerDrafts(come.length ? 'There is a new draft' : 'There are other drafts');
    } else {
      takeDrafts(ours, theirs);
      if (come.length) {
        say('There is a new draft.');
      }
    }
  }

  function takeDrafts(ours, theirs) {
    const scrolled = [panel, document.scrollingElement].map((part) => [part, part.scrollTop]);
    const focused = ours.contains(document.activeElement) ? document.activeElement : null;
    for (const fresh of theirs.querySelectorAll('.draft')) {
      const known = ours.querySelector(`[id="${fresh.id}"]`);
      if (known && Number(known.dataset.revision) >= Number(fresh.dataset.revision)) {
        // What is open in it stays so; only its number is another.
        ['h3', 'label'].forEach((part) => known.querySelector(part).replaceWith(fresh.querySelector(part)));
        known.dataset.place = fresh.dataset.place;
        fresh.replaceWith(known);
      }
    }
    ours.replaceWith(theirs);
    htmx.process(theirs);
    scrolled.forEach(([part, top]) => { part.scrollTop = top; });
    if (focused) {
      const same = focused.isConnected ? focused : theirs.querySelector(`[data-does="${focused.dataset.does}"]`);
      (same || document.getElementById('post-title')).focus({ preventScroll: true });
    }
  }

  function offerDrafts(what) {
    const drafts = document.getElementById('drafts');
    if (!drafts.querySelector('[data-does="show-drafts"]')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button';
      button.dataset.does = 'show-drafts';
      const key = document.createElement('kbd');
      key.setAttribute('aria-hidden', 'true');
      key.textContent = 'n';
      button.append(`${what} `, key);
      drafts.querySelector('.drafts-head').after(button);
      say(`${what}. Esc and n show it, or the button above the drafts.`);
    }
  }

  async function showDrafts() {
    const known = [...document.querySelectorAll('.draft')];
    if (await leave()) {
      await refresh(shownPost());
      const fresh = [...document.querySelectorAll('.draft')].find((draft) => !known.some(({ id }) => id === draft.id));
      if (fresh) {
        choose(fresh);
        fresh.scrollIntoView({ block: 'nearest' });
        fresh.querySelector('[data-does="copy"]').focus({ preventScroll: true });
      }
    }
  }

  const MARKED = new Set(['post.reviewed', 'post.unreviewed', 'post.flagged', 'post.unflagged']);
  const TAKEN = new Set(['post.purged', 'post.replaced']);
  const COUNTED = new Set(['post.reviewed', 'post.unreviewed', 'post.overdue']);

  function happened(event) {
    const post = String(event.subject === 'post' ? event.subject_id : event.post_id);
    const isListed = !!document.getElementById(`item-${post}`);
    if (event.action === 'post.matched') {
      if (!isListed) {
        arrived.add(post);
        announce();
      }
      countSoon();
      return;
    }
    touched.add(post);
    mark(post, event.action);
    if (post === shownPost() || (isListed && (TAKEN.has(event.action) || event.action === 'response.generated'))) {
      refreshSoon(post);
    }
  }

  // ---- Who else has the post open
  const VIEWED_AFTER = 800;
  const TOLD_AGAIN_AFTER = 4 * 60 * 1000;
  const FORGOTTEN_AFTER = 10 * 60 * 1000;
  const thisPage = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  // When each other page that has the post of the panel open said so.
  const others = new Map();
  let viewed = null;
  let viewTimer = 0;
  let told = Promise.resolve();

  /** In the order in which it happened: what is said last is what stays. */
  function tellViewing(post, open, asks) {
    const late = () => new Promise((goOn) => { setTimeout(goOn, READ_WITHIN); });
    told = told.then(() => Promise.race([send(`posts/${post}/viewing`, { page: thisPage, open, asks }), late()])).catch(() => {});
  }

  /** Tells others of the post that is open here, once it has been so for a moment. */
  function view() {
    clearTimeout(viewTimer);
    const post = resting ? undefined : shownPost();
    if (viewed && viewed !== post) {
      tellViewing(viewed, false, false);
      viewed = null;
    }
    if (post && viewed !== post) {
      others.clear();
      viewTimer = setTimeout(() => {
        viewed = post;
        tellViewing(post, true, true);
      }, VIEWED_AFTER);
    }
    showOthers();
  }

  /** Asks anew, of what was said while nobody listened here. */
  function viewAgain() {
    if (viewed) {
      others.clear();
      tellViewing(viewed, true, true);
    }
    view();
  }

  function viewing({ post_id: post, page, open, asks }) {
    if (String(post) !== shownPost()) {
      return;
    }
    if (open) {
      others.set(page, Date.now());
      if (asks && viewed) {
        tellViewing(viewed, true, false);
      }
    } else {
      others.delete(page);
    }
    showOthers();
  }

  function showOthers() {
    const place = document.getElementById('also-open');
    if (place) {
      place.hidden = !others.size;
      place.textContent = others.size ? 'Somebody else has this post open too.' : '';
    }
  }

  setInterval(() => {
    for (const [page, since] of others) {
      if (Date.now() - since > FORGOTTEN_AFTER) {
        others.delete(page);
      }
    }
    showOthers();
    if (viewed) {
      tellViewing(viewed, true, false);
    }
  }, TOLD_AGAIN_AFTER);

  const AGAIN_AFTER = 3000;
  const AGAIN_AT_MOST = 120000;
  let events = null;
  let followed = '';
  let lastEvent = '';
  let failures = 0;
  let followTimer = 0;

  /**
   * Listens, unless the tab is hidden: a browser has six connections to a host of HTTP/1.1, for all of its tabs. It
   * connects again by itself when a stream ends, but gives up for good at any answer that is no stream.
   */
  function follow() {
    clearTimeout(followTimer);
    events?.close();
    events = null;
    if (resting) {
      return;
    }
    if (followed !== client()) {
      followed = client();
      lastEvent = '';
    }
    const query = new URLSearchParams();
    if (followed) {
      query.set('client_id', followed);
    }
    if (lastEvent) {
      query.set('last_event_id', lastEvent);
    }
    const stream = new EventSource(`${base}events?${query}`);
    events = stream;
    stream.addEventListener('open', viewAgain);
    stream.addEventListener('open', () => {
      failures = 0;
      if (!lastEvent) {
        catchUp().catch(() => { /* Events come all the same. */ });
      }
    }, { once: true });
    stream.addEventListener('message', (message) => {
      lastEvent = message.lastEventId;
      happened(JSON.parse(message.data));
    });
    stream.addEventListener('viewing', (message) => viewing(JSON.parse(message.data)));
    // Some events were left out: whatever is shown may be old.
    stream.addEventListener('reset', (message) => {
      lastEvent = message.lastEventId;
      stale = true;
      announce();
      refreshSoon(shownPost());
      countSoon();
    });
    stream.addEventListener('error', () => {
      if (events === stream && stream.readyState === EventSource.CLOSED) {
        const pause = Math.min(AGAIN_AFTER * 2 ** failures, AGAIN_AT_MOST);
        failures += 1;
        followTimer = setTimeout(follow, pause * (0.5 + Math.random() / 2));
      }
    });
  }

  // Whoever pastes a reply elsewhere still has its post open here.
  const OPEN_THOUGH_HIDDEN_FOR = 5 * 60 * 1000;
  let restTimer = 0;
  // Of the tabs that are hidden, one may listen: connections are few.
  const hiddenTabs = new BroadcastChannel('harken.hidden');
  hiddenTabs.addEventListener('message', () => document.hidden && !resting && rest());

  function rest() {
    clearTimeout(restTimer);
    resting = true;
    view();
    follow();
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(restTimer);
    if (document.hidden && viewed) {
      restTimer = setTimeout(rest, OPEN_THOUGH_HIDDEN_FOR);
      hiddenTabs.postMessage('hidden');
    } else if (document.hidden) {
      rest();
    } else if (resting) {
      resting = false;
      follow();
    }
  });
  document.addEventListener('htmx:pushedIntoHistory', () => {
    settled(asked);
    if (followed !== client()) {
      arrived.clear();
      announce();
      follow();
    }
  });

  // ---- Keys and clicks
  const help = document.getElementById('help');
  const keysOn = document.getElementById('keys-on');
  keysOn.checked = machine.get(KEYS_OFF) !== 'true';
  keysOn.addEventListener('change', () => machine.set(KEYS_OFF, String(!keysOn.checked)));

  const click = (does, within = document) => within.querySelector(`[data-does="${does}"]`)?.click();

  const does = {
    help: () => help.showModal(),
    copy: (button) => copy(draftOf(button)),
    edit: (button) => edit(draftOf(button)),
    history: (button) => history(draftOf(button), button),
    acknowledge: (button) => {
      const thenCopy = button.dataset.thenCopy === 'true';
      delete button.dataset.thenCopy;
      acknowledge(draftOf(button), thenCopy);
    },
    'keep-mine': (button) => settle(draftOf(button), true),
    'take-theirs': (button) => settle(draftOf(button), false),
    'next-post': () => moveToPage(1),
    'show-fresh': showFresh,
    'show-drafts': () => showDrafts().catch(() => say('The drafts could not be read. Try again.')),
  };

  function edit(draft) {
    choose(draft);
    const field = textOf(draft);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  /** Whoever goes on themselves is not taken further by what they pressed before. */
  function step(by) {
    const before = showing ? movedBy : 0;
    dropPressed();
    if (showing) {
      movedBy = before + by;
    } else {
      move(by);
    }
  }

  function dropPressed() {
    held = null;
    goOnAfterReview = false;
    pendingNext = false;
    movedBy = 0;
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    c: () => currentDraft() && copy(currentDraft()),
    e: () => currentDraft() && edit(currentDraft()),
    a: () => currentDraft() && click('acknowledge', currentDraft()),
    h: () => currentDraft() && click('history', currentDraft()),
    r: () => {
      const marks = document.getElementById('marks');
      goOnAfterReview = marks?.dataset.reviewed === 'false';
      click('review');
    },
    f: () => click('flag'),
    n: () => {
      if (document.querySelector('[data-does="show-drafts"]')) {
        click('show-drafts');
      } else if (freshButton && !freshButton.hidden) {
        showFresh();
      }
    },
    o: () => click('open'),
    g: () => click('another'),
    u: () => (twoPanes ? document.getElementById('main').focus() : click('back')),
    '[': () => moveDraft(-1),
    ']': () => moveDraft(1),
    '/': () => (twoPanes ? document.getElementById('q').focus() : click('back')),
    '?': () => help.showModal(),
  };

  // These are about the post that is shown.
  const POST_KEYS = new Set(['c', 'e', 'a', 'h', 'r', 'f', 'o', 'g', '[', ']']);

  document.addEventListener('keydown', (event) => {
    const field = event.target.closest?.('input, textarea, select');
    if (event.key === 'Escape' && field && !help.open) {
      const draft = draftOf(field);
      field.blur();
      (document.getElementById('post-title') || document.getElementById('main'))?.focus({ preventScroll: true });
      if (draft) {
        store(draft);
      }
      return;
    }
    if (field || help.open || event.ctrlKey || event.metaKey || event.altKey || !keysOn.checked) {
      return;
    }
    const work = keys[event.key];
    if (work) {
      event.preventDefault();
      if (!POST_KEYS.has(event.key) || !busy()) {
        work();
      } else if (!held && !(event.key === 'r' && (goOnAfterReview || goingOn))) {
        // The first key waits for the post. Who presses r twice has not seen the next one.
        held = event.key;
      }
    }
  });

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-does]');
    if (button && does[button.dataset.does]) {
      event.preventDefault();
      does[button.dataset.does](button);
      return;
    }
    const link = event.target.closest('.item a');
    if (link && wide.matches && twoPanes && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      dropPressed();
      select(link.closest('.item'));
    }
  });

  document.addEventListener('input', (event) => {
    const draft = event.target.matches('.draft textarea') && draftOf(event.target);
    if (draft) {
      typed(draft);
    }
  });

  document.addEventListener('focusin', (event) => {
    const draft = draftOf(event.target);
    if (draft) {
      choose(draft);
    }
  });

  window.addEventListener('beforeunload', (event) => {
    const waiting = dirtyDrafts();
    if (waiting.length) {
      waiting.forEach(store);
      event.preventDefault();
    }
  });

  // ---- htmx
  document.addEventListener('htmx:configRequest', (event) => {
    const request = event.detail;
    request.headers['X-CSRF-Token'] = token;
    if (request.elt.id === 'filters') {
      for (const name of Object.keys(request.parameters)) {
        if (request.parameters[name] === '') {
          delete request.parameters[name];
        }
      }
    }
    if (request.elt.dataset.does === 'restore') {
      const draft = draftOf(request.elt);
      request.parameters.revision = draft.dataset.revision;
      request.parameters.place = draft.dataset.place;
    }
  });

  // What would replace a field that somebody types in waits until that is stored.
  document.addEventListener('htmx:confirm', (event) => {
    if (event.detail.verb === 'post' && dirtyDrafts().length) {
      event.preventDefault();
      leave().then((left) => {
        if (left && event.detail.elt.isConnected) {
          event.detail.issueRequest(true);
        } else {
          goOnAfterReview = false;
          held = null;
        }
      });
    }
  });

  // What had arrived when the list was asked for with other filters.
  let asked = [];

  // What asked may be gone from the page when its answer comes, and events of htmx with it.
  document.addEventListener('htmx:beforeRequest', (event) => {
    const { elt, xhr, pathInfo } = event.detail;
    const ends = (then) => xhr.addEventListener('loadend', () => then(xhr.status));
    if (elt === panel) {
      ends((status) => loaded(pathInfo.requestPath.split('/').pop(), status));
    } else if (elt.dataset.does === 'review') {
      touch(shownPost(), ends);
      ends(reviewed);
    } else if (elt.dataset.does === 'flag') {
      touch(shownPost(), ends);
    } else if (elt.id === 'filters') {
      asked = [...arrived];
    } else if (elt.id === 'drafts') {
      ends((status) => askAgain(elt, status));
    } else if (elt.classList.contains('more')) {
      ends((status) => {
        if (status !== 200) {
          elt.dataset.failed = 'true';
          pendingNext = false;
          held = null;
        }
      });
    }
  });

  function touch(post, ends) {
    touched.add(post);
    ends(() => touched.add(post));
  }

  const MOST_FAILURES = 8;

  /** Asks for an ordered draft once more after what may pass; longer each time, and not for ever. */
  function askAgain(drafts, status) {
    if (status === 200 || !drafts.isConnected) {
      return;
    }
    const failed = Number(drafts.dataset.failed || 0) + 1;
    drafts.dataset.failed = String(failed);
    if ((status === 0 || status === 429 || status >= 500) && failed <= MOST_FAILURES) {
      setTimeout(() => htmx.trigger(drafts, 'again'), Math.min(1000 * 2 ** failed, 30000));
    } else {
      drafts.removeAttribute('aria-busy');
      drafts.querySelector('.working').textContent = 'It is not known what became of the draft. Load the post again.';
    }
  }

  function reviewed(status) {
    if (!goOnAfterReview) {
      return;
    }
    goOnAfterReview = false;
    if (status !== 200) {
      held = null;
    } else if (twoPanes ? neighbour(1) || document.querySelector('.more') : pageNeighbour(1)) {
      say('Reviewed.');
      goingOn = true;
      move(1);
    } else {
      held = null;
      say('Reviewed. That was the last post.');
    }
  }

  // The draft that was current before an answer took its place.
  let swapped = null;

  // An order for a draft is answered when it may: somebody may be typing in another by then.
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.target.id === 'drafts' && dirtyDrafts().length) {
      leave();
      event.detail.shouldSwap = false;
      const why = detail(event.detail.serverResponse);
      if (why || event.detail.serverResponse.includes('aria-busy')) {
        say(why || 'Another draft is being written. It is offered here when it is done.');
      } else {
        offerDrafts('There is a new draft');
      }
    }
    const draft = event.detail.target;
    if (draft.matches('.draft') && event.detail.shouldSwap) {
      const { dirty, storing } = stateOf(draft);
      if (dirty || storing) {
        // Typed since the earlier text was asked for: storing it finds both, and asks.
        event.detail.shouldSwap = false;
        store(draft);
      } else {
        swapped = draft.classList.contains('is-current') ? draft.id : null;
      }
    }
  });

  function keepCurrent() {
    const draft = swapped && document.getElementById(swapped);
    if (draft) {
      choose(draft);
    }
  }

  document.addEventListener('htmx:afterSwap', (event) => {
    const target = event.detail.target;
    keepCurrent();
    sync();
    if (target.id === 'panel') {
      view();
      panel.scrollTop = 0;
      const title = document.getElementById('post-title');
      document.title = `${title.textContent} – Harken`;
      if (focusPost && shownPost() === wanted) {
        focusPost = false;
        title.focus({ preventScroll: true });
      }
    }
  });

  document.addEventListener('htmx:afterSettle', () => {
    // What has the same id keeps its old class until here.
    keepCurrent();
    swapped = null;
    sync();
    remember();
    if (pendingNext && neighbour(1)) {
      pendingNext = false;
      select(neighbour(1));
    } else if (pendingNext && !document.querySelector('.more')) {
      pendingNext = false;
      held = null;
    }
  });

  document.addEventListener('htmx:responseError', (event) => {
    const { elt, xhr } = event.detail;
    if (elt.id === 'drafts') {
      return;
    }
    if (xhr.status === 409 && xhr.responseText.includes('data-conflict') && draftOf(elt)) {
      showConflict(draftOf(elt), xhr.responseText);
      say('Somebody changed this text meanwhile. See below the field.');
      return;
    }
    say(detail(xhr.responseText) || `This was refused (${xhr.status}).`);
  });

  for (const failure of ['htmx:sendError', 'htmx:timeout']) {
    document.addEventListener(failure, (event) => event.detail.elt.id !== 'drafts' && say('No connection. Try again.'));
  }

  // Whoever comes back finds the page as it was left.
  window.addEventListener('pageshow', () => {
    leaving = false;
    view();
  });
  window.addEventListener('pagehide', () => {
    if (viewed) {
      // Nothing is waited for any more.
      send(`posts/${viewed}/viewing`, { page: thisPage, open: false, asks: false }).catch(() => {});
      viewed = null;
    }
  });

  // ---- At the start
  remember();
  sync();
  follow();
  if (!twoPanes) {
    const back = document.querySelector('[data-does="back"]');
    const feed = tab.get(FEED);
    if (back && feed && feed.startsWith(base)) {
      back.href = feed;
    }
    const next = document.querySelector('[data-does="next-post"]');
    if (next && pageNeighbour(1)) {
      next.hidden = false;
      next.href = `${base}posts/${pageNeighbour(1)}`;
    }
  }
})();
