import { outagesOf } from './faults.ts';

outagesOf('pooled');
