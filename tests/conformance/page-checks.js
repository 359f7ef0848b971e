// Evaluated inside of a page: what tests look at of it, as one object.
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const numbers = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);

  /** The relative luminance of WCAG. */
  const light = (color) => {
    const [red, green, blue] = numbers(color).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((numbers(color)[3] ?? 1) > 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };

  /** Texts whose color is too near to that behind them (AA: 4.5 to 1), with the ratio. */
  const faint = all('body *').flatMap((element) => {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!hasText || element.closest('title, desc') !== null) return [];
    const style = getComputedStyle(element);
    const [text, page] = [light(element.closest('svg') ? style.fill : style.color), light(behind(element))];
    const ratio = (Math.max(text, page) + 0.05) / (Math.min(text, page) + 0.05);
    return ratio < 4.5 ? [`${element.tagName} ${ratio.toFixed(2)}: ${element.textContent.slice(0, 40)}`] : [];
  });

  const nameOf = (element) =>
    (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join('');

  return {
    width: document.documentElement.scrollWidth,
    faint,
    title: document.title,
    language: document.documentElement.lang,
    landmarks: ['header', 'nav', 'main', 'footer'].map((landmark) => all(landmark).length),
    headings: all('h1, h2, h3').map(({ tagName }) => tagName),
    unnamed: all('section, svg').filter((element) => nameOf(element).trim() === '').length,
    tables: all('table').length,
    captions: all('table > caption').length,
    headless: all('table').filter((table) => table.querySelector('th[scope="col"]') === null).length,
    broken: all('a[href^="#"]').filter((link) => document.querySelector(link.getAttribute('href')) === null).length,
    unreachable: all('.scroll, pre').filter((region) => region.tabIndex !== 0 || !region.getAttribute('aria-label'))
      .length,
    lines: all('svg path.line').length,
    bars: all('svg rect.bar').length,
  };
})();
