// Before the first paint, so that a dark page never flashes white; the same rule as src/store/session.ts.
try {
  var stored = JSON.parse(localStorage.getItem('nsr-session') || '{}');
  var theme = stored.state && stored.state.theme;
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
} catch (error) {
  document.documentElement.dataset.theme = 'light';
}
