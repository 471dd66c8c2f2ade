// Runs before anything is painted: a script of its own, because the page's policy allows none inside the document.
const chosen = localStorage.getItem('theme');
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
