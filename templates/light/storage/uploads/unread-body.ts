/** How much of a body that nobody wants is taken in, and for how long. */
const MOST_BYTES = 64 * 1024 * 1024;
const LONGEST_MS = 2000;

/**
 * Answers a request whose body may be refused before it is read to its end. What is left is read and forgotten, so that
 * the client sees the answer and can use the connection again; if there is too much of it, the connection ends.
 */
export async function answerInspiteOfBody(
  request: Request,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  if (request.body === null) return answer(request);
  const reader = request.body.getReader();
  const { method } = request;
  const response = await answer(new Request(request, { method, body: streamOf(reader), duplex: 'half' }));
  if (response.status >= 400 && !(await readToEnd(reader))) response.headers.set('connection', 'close');
  return response;
}

/** Reads on demand; giving it up leaves the rest to be read by others. */
function streamOf(reader: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<boolean> {
  const late = AbortSignal.timeout(LONGEST_MS);
  const waiting = new Promise<'late'>((resolve) => {
    late.addEventListener('abort', () => resolve('late'), { once: true });
  });
  let size = 0;
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), waiting]);
      if (next === 'late') return false;
      if (next.done) return true;
      size += next.value.byteLength;
      if (size > MOST_BYTES) return false;
    }
  } catch {
    // The client has gone: nobody is left to answer.
    return false;
  }
}
