import type { SendMail } from './outbox.ts';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly sender: string;
}

/** The port on which a server speaks TLS from the first byte; elsewhere it is offered. */
const IMPLICIT_TLS_PORT = 465;
const TIMEOUT_MS = 10_000;

export function createSmtp(settings: SmtpSettings): SendMail {
  const { host, port, user, password, sender } = settings;
  const connect = async () => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      host,
      port,
      secure: port === IMPLICIT_TLS_PORT,
      // A password goes over an encrypted connection or not at all.
      requireTLS: user !== undefined,
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  let transport: ReturnType<typeof connect> | undefined;
  return async (mail) => {
    transport ??= connect();
    await (await transport).sendMail({ from: sender, ...mail });
  };
}
