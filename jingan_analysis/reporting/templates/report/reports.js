'use strict';
// The index finds reports while one types, and says how old their data are. The page is whole without it.
(() => {
  const words = Object.fromEntries([...document.getElementById('words').content.children].map((word) => [word.dataset.word, word.textContent]));
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // ---- How old data are on the reader's own day, and whether newer ones are due.
  const today = new Date();
  const day = 24 * 60 * 60 * 1000;

  function age(ended) {
    const [year, month, date] = ended.split('-').map(Number);
    const days = Math.round((Date.UTC(today.getFullYear(), today.getMonth(), today.getDate()) - Date.UTC(year, month - 1, date)) / day);
    if (days < 1) return '';
    if (days === 1) return words.day;
    if (days <= 60) return say(words.days, { count: days });
    // A month is over on the same day of a later one, or on the last day of one that is shorter.
    const last = new Date(today.getFullYear(), today.getMonth() + 1, 0).getDate();
    const begun = today.getDate() < Math.min(date, last);
    return say(words.months, { count: (today.getFullYear() - year) * 12 + today.getMonth() + 1 - month - begun });
  }

  document.querySelectorAll('[data-ended]').forEach((place) => {
    const told = age(place.dataset.ended);
    place.textContent = told;
  });
  document.querySelectorAll('[data-stale-after]').forEach((place) => {
    place.hidden = today <= new Date(`${place.dataset.staleAfter}T23:59:59.999`);
  });

  // ---- The search. Nobody should have to know how a name is spelt: width, case and apostrophes do not count.
  const normal = (text) => text.replace(/['\u2018\u2019\u02bc`\u00b4]/g, '').normalize('NFKC').toUpperCase().toLowerCase();
  const split = (text) => normal(text).split(/[\s\u3001\u30fb,;]+/).filter(Boolean);
  const item = (node) => ({ node, text: normal(node.dataset.search) });
  const cards = [...document.querySelectorAll('.card')].map((node) => ({ ...item(node), links: [...node.querySelectorAll('[data-search]')].map(item) }));
  const all = cards.reduce((sum, card) => sum + 1 + card.links.length, 0);

  const box = document.getElementById('search');
  const field = box.querySelector('input');
  const found = box.querySelector('.found');
  const nothing = box.querySelector('.nothing');

  /**
   * The links of a card to show, null if there is none: a word that the study does not have is one that a link has. A
   * word that names some of the links, such as those of a sub-district, leaves these.
   */
  function hits(card, sought) {
    const open = sought.filter((word) => !card.text.includes(word));
    const fitting = card.links.filter(({ text }) => open.every((word) => text.includes(word)));
    const named = fitting.filter(({ text }) => sought.some((word) => text.includes(word)));
    if (named.length) return { own: !open.length, links: named, named: true };
    return open.length ? null : { own: true, links: card.links, named: false };
  }

  function filter() {
    const sought = split(field.value);
    let count = 0;
    for (const card of cards) {
      const hit = hits(card, sought);
      card.node.hidden = !hit;
      const shown = new Set(hit?.links);
      // A period stays as the heading of what is left of it.
      card.links.forEach((link) => { if (link.node.matches('li')) link.node.hidden = !shown.has(link); });
      if (hit) count += hit.own + shown.size;
      card.node.querySelectorAll('details, .periods > li').forEach((part) => {
        const held = card.links.filter(({ node }) => part.contains(node));
        part.hidden = !held.some((link) => shown.has(link));
        if (part.matches('details')) unfold(part, Boolean(hit?.named) && !part.hidden);
      });
    }
    document.querySelectorAll('.jump').forEach((list) => { list.hidden = sought.length > 0; });
    document.querySelectorAll('.shelf').forEach((shelf) => { shelf.hidden = !shelf.querySelector('.card:not([hidden])'); });
    nothing.hidden = count > 0 || !sought.length;
    found.textContent = sought.length ? say(words.found, { found: count, all }) : '';
    remember(sought.length ? field.value.trim() : '');
  }

  /** What the search opened it closes again; what the reader opened stays. */
  function unfold(part, open) {
    if (open && !part.open) {
      part.open = true;
      part.dataset.opened = '';
    } else if (!open && 'opened' in part.dataset) {
      part.open = false;
      delete part.dataset.opened;
    }
  }

  // ---- The address keeps what is sought: it is there again in another language, and on the way back from a report.
  const start = '#q=';
  const languages = [...document.querySelectorAll('.languages a')].map((link) => ({ link, href: link.getAttribute('href') }));

  function remember(text) {
    const hash = text ? start + encodeURIComponent(text) : '';
    languages.forEach(({ link, href }) => link.setAttribute('href', href + hash));
    if (hash || location.hash.startsWith(start)) history.replaceState(null, '', hash || location.pathname);
  }

  function recall() {
    if (!location.hash.startsWith(start)) return;
    try {
      field.value = decodeURIComponent(location.hash.slice(start.length));
    } catch {
      field.value = '';
    }
    filter();
  }

  function clear() {
    field.value = '';
    filter();
    field.focus();
  }

  field.addEventListener('input', (event) => { if (!event.isComposing) filter(); });
  field.addEventListener('compositionend', filter);
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      if (field.value) clear(); else field.blur();
    } else if (event.key === 'Enter') {
      document.querySelector('.card:not([hidden]) h3 a')?.focus();
    }
  });
  nothing.querySelector('button').addEventListener('click', clear);
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey || event.target.matches('input')) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  window.addEventListener('hashchange', recall);

  if (cards.length > 1 || all > 1) box.hidden = false;
  recall();
  performance.mark('ready');
})();
