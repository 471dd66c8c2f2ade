import { objectsContract } from './storage-objects.contract.ts';
import { startStorage } from './storage-project.ts';

objectsContract('on disk', startStorage);
