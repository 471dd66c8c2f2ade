import type { PrivateJwk, SigningAlgorithm } from './signing-key.ts';

/** Makes keys to sign tokens with. */
export interface KeyPairs {
  generate(algorithm: SigningAlgorithm): Promise<PrivateJwk>;
}
