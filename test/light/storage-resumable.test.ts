import { resumableContract } from './storage-resumable.contract.ts';
import { startStorage } from './storage-project.ts';

resumableContract('on disk', startStorage);
