/** A refusal in GoTrue's words: clients compare `code`. It is returned, never thrown. */
export class Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    this.status = status;
    this.code = code;
    this.message = message;
    this.details = details;
  }

  toResponse(): Response {
    return Response.json(
      { code: this.status, error_code: this.code, msg: this.message, ...this.details },
      { status: this.status, headers: { 'x-sb-error-code': this.code } },
    );
  }
}

export function invalid(message: string, status = 400): Refusal {
  return new Refusal(status, 'validation_failed', message);
}

export function userNotFound(): Refusal {
  return new Refusal(404, 'user_not_found', 'User not found');
}

export function emailExists(): Refusal {
  return new Refusal(422, 'email_exists', 'A user with this email address has already been registered');
}

export function phoneExists(): Refusal {
  return new Refusal(422, 'phone_exists', 'A user with this phone number has already been registered');
}

export function userBanned(): Refusal {
  return new Refusal(400, 'user_banned', 'User is banned');
}

export function notOffered(what: string): Refusal {
  return new Refusal(
    501,
    'not_implemented',
    `${what} is not part of the light template; the full template has it.`,
  );
}
