import '@fontsource-variable/ibm-plex-sans/wght.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { start } from './start.tsx';
import { Unavailable } from './shell/unavailable.tsx';

const place = document.querySelector('#app');
if (place) {
  const root = createRoot(place);
  start().then(
    (app) => root.render(<StrictMode>{app}</StrictMode>),
    (error: unknown) => root.render(<Unavailable error={error} />),
  );
}
