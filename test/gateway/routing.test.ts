import { expect, test } from 'vitest';
import { REF, sendLines, startWorld } from './fixture.ts';
import { ask } from './request.ts';

const HOST = `${REF}.localhost`;

test('a project answers at its host, with the path as it was written', async () => {
  const { port } = await startWorld();
  const path = '/rest/v1//t/../%2e%2e/%2Fb?select=a,b(c)&q=%22x%22&r=é';
  const answer = await ask({ port, host: `${HOST}:8000`, path: encodeURI(path).replaceAll('%25', '%') });
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ url: '/rest/v1//t/../%2e%2e/%2Fb?select=a,b(c)&q=%22x%22&r=%C3%A9' });
});

test('a project answers below /p/<ref>, and is told what was taken off', async () => {
  const { port } = await startWorld();
  const answer = await ask({ port, host: '127.0.0.1', path: `/p/${REF}//auth/v1/%2Fhealth?x=/p/` });
  expect(answer.json()).toMatchObject({
    url: '//auth/v1/%2Fhealth?x=/p/',
    headers: { 'x-forwarded-prefix': `/p/${REF}`, host: '127.0.0.1' },
  });
});

test('everything else is the control plane’s', async () => {
  const { port } = await startWorld();
  for (const host of ['localhost:8000', 'short.localhost', '127.0.0.1']) {
    const answer = await ask({ port, host, path: '/v1/projects?x=1', method: 'POST', body: '{}' });
    expect(answer.headers['x-served-by']).toBe('control');
    expect(answer.text).toBe('control /v1/projects?x=1');
  }
});

test('a request whose URL is absolute goes where the URL says', async () => {
  const { port } = await startWorld();
  const toProject = await sendLines(port, `GET http://${HOST}/rest/v1?a=b HTTP/1.1`, 'Host: localhost');
  expect(toProject).toContain('"url":"/rest/v1?a=b"');
  expect(toProject).toContain(`"host":"${HOST}"`);
  const toControl = await sendLines(port, 'GET http://localhost/v1/x HTTP/1.1', `Host: ${HOST}`);
  expect(toControl).toContain('control /v1/x');
});

test('another domain than localhost', async () => {
  const { port } = await startWorld({ domain: 'db.example.test' });
  expect((await ask({ port, host: `${REF}.db.example.test` })).json()).toMatchObject({ url: '/' });
  expect((await ask({ port, host: HOST })).headers['x-served-by']).toBe('control');
});
