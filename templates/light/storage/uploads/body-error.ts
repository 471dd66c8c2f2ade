/** The client broke off, or what it sent is not what it said. */
export class BrokenBody extends Error {}

export class BodyTooLarge extends Error {}
