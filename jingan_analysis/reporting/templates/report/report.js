'use strict';
// Maps that answer, tables that sort, numbers that say where they come from. The page is whole without it.
// Everything it tells is read from the tables of the page and written as text: it holds no number and no word of its own.
(() => {
  const words = Object.fromEntries([...document.getElementById('words').content.children].map((word) => [word.dataset.word, word.textContent]));
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const main = document.querySelector('main');

  const make = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...children);
    return made;
  };

  const status = make('p', { class: 'heard', role: 'status' });
  const tip = make('div', { id: 'tip', class: 'tip', role: 'tooltip', hidden: '' });
  main.append(status, tip);

  // ---- One box for what is told on hover and focus: it can be pointed at, stays, and goes with Escape.
  let dismiss = null;
  let timer = 0;

  function show(anchor, children, { beside = false, onDismiss = null } = {}) {
    hide();
    tip.replaceChildren(...children);
    tip.hidden = false;
    dismiss = onDismiss;
    const edge = 8;
    const { clientWidth, clientHeight } = document.documentElement;
    const right = clientWidth - tip.offsetWidth - edge;
    const bottom = clientHeight - tip.offsetHeight - edge;
    const below = anchor.bottom + edge <= bottom || anchor.top < tip.offsetHeight + edge;
    let left = Math.min(anchor.left, right);
    let top = below ? anchor.bottom + edge : anchor.top - tip.offsetHeight - edge;
    if (beside && anchor.right + edge <= right) {
      left = anchor.right + edge;
      top = Math.max(edge, Math.min(anchor.top, bottom));
    }
    tip.style.left = `${window.scrollX + Math.max(edge, left)}px`;
    tip.style.top = `${window.scrollY + top}px`;
  }

  function hide() {
    clearTimeout(timer);
    if (tip.hidden) return;
    tip.hidden = true;
    tip.removeAttribute('style');
    dismiss?.();
    dismiss = null;
  }

  const hideSoon = () => { clearTimeout(timer); timer = setTimeout(hide, 250); };
  tip.addEventListener('pointerenter', () => clearTimeout(timer));
  tip.addEventListener('pointerleave', hideSoon);
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
  document.addEventListener('pointerdown', (event) => { if (!event.target.closest('.tip, .map, a.claim')) hide(); });

  // ---- Tables.
  /** Header cells of a table's columns, the last row of its head, with the group that spans each. */
  function columns(table) {
    const grid = [];
    [...table.tHead.rows].forEach((row, level) => {
      let place = 0;
      for (const cell of row.cells) {
        while (grid[level]?.[place]) place += 1;
        for (let down = 0; down < cell.rowSpan; down += 1) {
          for (let across = 0; across < cell.colSpan; across += 1) (grid[level + down] ??= [])[place + across] = cell;
        }
      }
    });
    return grid.at(-1).map((cell, place) => ({ cell, group: grid[0][place] === cell ? null : grid[0][place] }));
  }

  const text = (node) => node.textContent.replace(/\s+/g, ' ').trim();

  function ownName({ cell }) {
    const unit = cell.querySelector('.unit');
    return unit ? `${text(cell).slice(0, -text(unit).length).trim()} ${text(unit)}` : text(cell);
  }

  const columnName = (head) => [head.group && text(head.group), ownName(head)].filter(Boolean).join(' ');

  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  /** What a cell sorts by; null for a mark without a number, which comes last in either direction. */
  function sortKey(cell) {
    const shown = text(cell);
    if (!shown || /^\[\w\]$/.test(shown)) return null;
    if (!cell.classList.contains('number')) return shown;
    const number = parseFloat(shown.replace(/[,\s]/g, '').replace('\u2212', '-'));
    return Number.isNaN(number) ? null : number;
  }

  function sorted(rows, place, sign) {
    const keyed = rows.map((row) => [sortKey(row.cells[place]), row]);
    const compare = (a, b) => (typeof a === 'number' ? a - b : collator.compare(a, b));
    return keyed.sort(([a], [b]) => (a === null) - (b === null) || (a === null ? 0 : sign * compare(a, b))).map(([, row]) => row);
  }

  function makeSortable(table) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    if (original.length < 3) return;
    const heads = columns(table);
    heads.forEach((head, place) => {
      const { cell } = head;
      const button = make('button', { type: 'button', class: 'sort' });
      while (cell.firstChild && cell.firstChild.nodeName !== 'BR') button.append(cell.firstChild);
      cell.prepend(button);
      button.addEventListener('click', () => {
        const before = cell.getAttribute('aria-sort');
        heads.forEach((other) => other.cell.removeAttribute('aria-sort'));
        const next = { ascending: 'descending', descending: null }[before];
        const order = next === undefined ? 'ascending' : next;
        if (order) cell.setAttribute('aria-sort', order);
        body.append(...(order ? sorted(original, place, order === 'ascending' ? 1 : -1) : original));
        status.textContent = say(words[order ?? 'original'], { column: columnName(head) });
      });
    });
  }

  document.querySelectorAll('main table').forEach((table) => { if (table.tHead && table.tBodies.length) makeSortable(table); });

  // ---- Numbers in sentences name their table, row and column.
  const sources = new Map();
  document.querySelectorAll('a.claim[title]').forEach((link) => {
    sources.set(link, link.title);
    link.removeAttribute('title');
  });

  function tellSource(link) {
    if (!sources.has(link)) return;
    link.setAttribute('aria-describedby', 'tip');
    const [first] = link.getClientRects();
    show(first, [make('p', {}, sources.get(link))], { onDismiss: () => link.removeAttribute('aria-describedby') });
  }

  const claimAt = (event) => event.target.closest?.('a.claim');
  document.addEventListener('pointerover', (event) => {
    const link = claimAt(event);
    if (!link || event.pointerType === 'touch') return;
    clearTimeout(timer);
    timer = setTimeout(() => tellSource(link), 150);
  });
  document.addEventListener('pointerout', (event) => { if (claimAt(event) && event.pointerType !== 'touch') hideSoon(); });
  document.addEventListener('focusin', (event) => { const link = claimAt(event); if (link?.matches(':focus-visible')) tellSource(link); });
  document.addEventListener('focusout', (event) => { if (claimAt(event)) hide(); });

  // A finger has no hover: where the link leads, the cell says what it is.
  let tapped = null;
  document.addEventListener('click', (event) => {
    const link = claimAt(event);
    tapped = link && event.pointerType === 'touch' ? sources.get(link) : null;
    if (link) reveal(link.hash);
  });

  function reveal(hash) {
    const target = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    const fold = target?.closest('details');
    if (fold && !fold.open) fold.open = true;
    return target;
  }

  window.addEventListener('hashchange', () => {
    const target = reveal(location.hash);
    if (!target || !tapped) return;
    target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    show(target.getBoundingClientRect(), [make('p', {}, tapped)]);
    tapped = null;
  });

  // ---- Maps.
  const rowOf = (table, name) => table && [...table.tBodies].flatMap((body) => [...body.rows]).find((row) => row.dataset.row === name);

  /** Columns worth telling of a long table: those without a group, and the group of the mapped column or else the first. */
  function chosenColumns(table, mapped, row) {
    const heads = columns(table).map((head, place) => ({ ...head, place }));
    const own = heads.find(({ place }) => mapped && row.cells[place].id === `cell-${table.id.slice(6)}-${row.dataset.row}-${mapped}`.replaceAll(' ', '_'));
    const group = own ? own.group : heads.find((head) => head.group)?.group;
    const told = heads.slice(1).filter((head) => !head.group || head.group === group);
    const first = told.filter((head) => head === own || (own?.group && head.group === own.group));
    return [...first, ...told.filter((head) => !first.includes(head))];
  }

  /** Everything the page's tables say of a unit or a site: a title and rows of name and value. */
  function facts(part, svg) {
    const { unit, site, label, kind } = part.dataset;
    const own = part.closest('figure').querySelector('.figure-data a').hash.slice(7);
    const [, named, name] = unit ? ['', svg.dataset.table || decodeURIComponent(own), unit] : /^(\S+) (.*)$/.exec(site ?? '') ?? [];
    const table = named && document.getElementById(`table-${named}`);
    const row = table && rowOf(table, name);
    const rows = row ? chosenColumns(table, unit && svg.dataset.column, row).map((head) => [head, text(row.cells[head.place])]) : [];
    const notes = table?.closest('.table-scroll').nextElementSibling;
    const used = new Set(rows.flatMap(([, value]) => value.match(/\[\w\]/g) ?? []));
    const marks = [...(notes?.querySelectorAll('li') ?? [])].filter((note) => used.has(note.querySelector('.mark')?.textContent)).map(text);
    return { title: label || (row && text(row.cells[0])) || kind, kind: unit ? '' : kind, rows, marks };
  }

  function factBox({ title, kind, rows, marks }) {
    const list = make('dl', {}, ...rows.flatMap(([head, value], place) => [
      head.group && head.group !== rows[place - 1]?.[0].group && make('dt', { class: 'tip-group' }, text(head.group)),
      make('dt', {}, ownName(head)), make('dd', {}, value)].filter(Boolean)));
    return [make('p', { class: 'tip-title' }, title), kind && kind !== title && make('p', {}, kind), rows.length && list,
      ...marks.map((mark) => make('p', { class: 'tip-mark' }, mark))].filter(Boolean);
  }

  const spoken = ({ title, kind, rows, marks }) => [title, kind !== title && kind,
    ...rows.map(([head, value]) => say(words.fact, { name: columnName(head), value })), ...marks].filter(Boolean).join(words.between);

  function makeMap(box) {
    const svg = box.querySelector('svg');
    const units = [...svg.querySelectorAll('[data-unit]')];
    const sites = [...svg.querySelectorAll('[data-kind]')];
    const middle = (part) => { const { x, y, width, height } = part.getBBox(); return [x + width / 2, y + height / 2]; };
    const centres = new Map();
    const centre = (part) => centres.get(part) ?? centres.set(part, middle(part)).get(part);
    let current = null;
    let ring = [];
    let walk = null;

    /** Every unit, each followed by the sites in it: the order of Page Up and Page Down. */
    function order() {
      if (walk) return walk;
      const left = new Set(sites);
      walk = units.flatMap((unit) => {
        const inside = [...left].filter((site) => unit.querySelector('path')?.isPointInFill(new DOMPoint(...centre(site))));
        inside.forEach((site) => left.delete(site));
        return [unit, ...inside];
      });
      walk.push(...left);
      return walk;
    }

    function outline(part) {
      if (part.dataset.unit) return [part.querySelector('path').cloneNode()];
      const circle = document.createElementNS(svg.namespaceURI, 'circle');
      const [x, y] = centre(part);
      Object.entries({ cx: x, cy: y, r: 9 }).forEach(([key, value]) => circle.setAttribute(key, value));
      return [circle];
    }

    function leave() {
      ring.forEach((mark) => mark.remove());
      ring = [];
      current = null;
    }

    function pick(part, anchor, { aloud = false } = {}) {
      if (part === current && !tip.hidden) return;
      const told = facts(part, svg);
      show(anchor ?? part.getBoundingClientRect(), factBox(told), { beside: true, onDismiss: leave });
      current = part;
      ring = ['picked-ground', 'picked'].flatMap((name) => outline(part).map((mark) => {
        mark.setAttribute('class', name);
        return mark;
      }));
      svg.append(...ring);
      if (aloud) status.textContent = spoken(told);
    }

    /** The nearest unit in a direction; what lies askew counts as farther. */
    function towards(dx, dy) {
      const [x, y] = centre(current);
      const reach = (unit) => { const [a, b] = centre(unit); return [(a - x) * dx + (b - y) * dy, Math.abs((a - x) * dy) + Math.abs((b - y) * dx)]; };
      const ahead = units.filter((unit) => unit !== current && reach(unit)[0] > 1);
      const far = (unit) => { const [along, aside] = reach(unit); return along + 2 * aside; };
      return ahead.sort((a, b) => far(a) - far(b))[0];
    }

    function byKey(key) {
      const start = units[0];
      if (key === 'Home') return start;
      if (key === 'End') return units.at(-1);
      const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
      if (arrow) return current ? towards(...arrow) ?? current : start;
      const step = { PageDown: 1, PageUp: -1 }[key];
      return step && (current ? order()[order().indexOf(current) + step] ?? current : start);
    }

    /** What a pointer means: a site within a finger's breadth, or else the unit under it. */
    function under(event) {
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const away = (site) => Math.hypot(centre(site)[0] - at.x, centre(site)[1] - at.y) * scale;
      const near = sites.filter((site) => away(site) <= 12).sort((a, b) => away(a) - away(b))[0];
      return near ?? event.target.closest('[data-unit]');
    }

    const spot = ({ clientX: x, clientY: y }) => new DOMRect(x - 4, y - 4, 8, 8);
    const point = (event) => {
      const part = under(event);
      if (part) { clearTimeout(timer); pick(part, spot(event), { aloud: event.type === 'click' }); } else if (current) hideSoon();
    };

    box.classList.add('map');
    box.setAttribute('role', 'application');
    box.setAttribute('aria-label', words.map);
    box.setAttribute('aria-describedby', svg.querySelector('title').id);
    svg.addEventListener('pointermove', (event) => { if (event.pointerType !== 'touch') point(event); });
    svg.addEventListener('click', point);
    svg.addEventListener('pointerleave', (event) => { if (current && event.pointerType !== 'touch') hideSoon(); });
    box.addEventListener('scroll', hide);
    box.addEventListener('blur', () => { if (current) hide(); });
    box.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const part = byKey(event.key);
      if (!part) return;
      event.preventDefault();
      part.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
      pick(part, null, { aloud: true });
    });
  }

  document.querySelectorAll('.figure-image').forEach((box) => { if (box.querySelector('[data-unit]')) makeMap(box); });

  // ---- Formulas that do not fit scroll by keyboard as well.
  const fit = () => document.querySelectorAll('.formula').forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute('tabindex');
  });
  window.addEventListener('resize', fit);
  document.fonts.ready.then(fit);

  // ---- Data that are old say so on the reader's own day.
  const until = document.body.dataset.staleAfter;
  if (until && new Date() > new Date(`${until}T23:59:59.999`)) document.getElementById('stale').hidden = false;
  performance.mark('ready');
})();
