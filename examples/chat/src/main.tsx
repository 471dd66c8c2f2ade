import { RealtimeProvider } from '@baseplane/sdk/react';
import { createClient } from '@supabase/supabase-js';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../../theme.css';
import { App } from './app.tsx';

const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);

const place = document.querySelector('#app');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <RealtimeProvider client={supabase}>
        <App />
      </RealtimeProvider>
    </StrictMode>,
  );
}
