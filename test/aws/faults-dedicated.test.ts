import { faultsOf } from './faults.ts';

faultsOf('dedicated');
