import { outagesOf } from './faults.ts';

outagesOf('dedicated');
