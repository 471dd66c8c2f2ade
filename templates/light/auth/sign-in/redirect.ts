const WEB = new Set(['http:', 'https:']);

/** GoTrue's rule: the site itself, or what a pattern fits, in which `*` stops at dots and slashes and `**` does not. */
export function isAllowedRedirect(wish: string, siteUrl: string, patterns: readonly string[]): boolean {
  const target = URL.parse(wish);
  const site = URL.parse(siteUrl);
  if (target === null || site === null || target.username !== '' || target.password !== '') return false;
  if (wish !== wish.trim() || /[\\\s]/.test(wish)) return false;
  if (WEB.has(target.protocol) && target.origin === site.origin) return true;
  const [address = ''] = target.href.split('#');
  const [given = ''] = wish.split('#');
  return patterns.some((pattern) => {
    const fits = globToPattern(pattern);
    return fits.test(given) && (fits.test(address) || !WEB.has(target.protocol) || address === `${given}/`);
  });
}

function globToPattern(glob: string): RegExp {
  const source = glob.replaceAll(/\*\*|\*|\?|[^*?]+/g, (part) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^./]*';
    if (part === '?') return '[^./]';
    return part.replaceAll(/[\\^$.|+()[\]{}/-]/g, String.raw`\$&`);
  });
  return new RegExp(`^${source}$`);
}
