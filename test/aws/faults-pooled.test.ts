import { faultsOf } from './faults.ts';

faultsOf('pooled');
