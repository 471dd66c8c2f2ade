/** The port at which a project's task answers, whatever its template. */
export const PROJECT_PORT = 8000;

/** First segments of a project's paths; the same in every template. */
export const PROJECT_SERVICES = [
  'rest',
  'auth',
  'storage',
  'realtime',
  'functions',
  'graphql',
  'pg',
  'analytics',
] as const;
