import { CfnParameter, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PARAMETERS, type ParameterName } from './parameter-names.ts';

export class Parameters {
  readonly #made: ReadonlyMap<string, CfnParameter>;

  constructor(scope: Construct) {
    this.#made = new Map(
      Object.entries(PARAMETERS).map(([name, description]) => [
        name,
        new CfnParameter(scope, name, { type: 'String', description }),
      ]),
    );
  }

  text(name: ParameterName): string {
    const found = this.#made.get(name);
    if (found === undefined) throw new Error(`There is no parameter ${name}.`);
    return found.valueAsString;
  }

  /** A cell is in two zones. */
  pair(name: 'PublicSubnets' | 'TaskSubnets'): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.split(',', this.text(name))));
  }
}
