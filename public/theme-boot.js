// Before the first paint: the theme, so that a dark page never flashes white (the same rule as src/store/session.ts), and what a link needs.
try {
  var stored = JSON.parse(localStorage.getItem('nsr-session') || '{}');
  var theme = stored.state && stored.state.theme;
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
} catch (error) {
  document.documentElement.dataset.theme = 'light';
}
// A page opened from a link reads it before it draws: what reads it comes beside the page's script, not after it.
if (/^#v\d/.test(location.hash)) {
  (document.currentScript.dataset.linkParts || '').split(' ').forEach(function (file) {
    var link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = file;
    if (file) document.head.append(link);
  });
}
