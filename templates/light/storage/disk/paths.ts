import { join } from 'node:path';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A path is made of the version alone, so that no name a client chose ever meets the file system: neither dots nor
 * bytes nor length nor case of it can matter.
 */
export class DiskPaths {
  readonly incoming: string;
  readonly objects: string;
  readonly uploads: string;

  constructor(root: string) {
    this.incoming = join(root, 'incoming');
    this.objects = join(root, 'objects');
    this.uploads = join(root, 'uploads');
  }

  /** In one of 256 folders, so that none gets too large to list. */
  file(version: string): string {
    return join(this.objects, version.slice(0, 2), checked(version));
  }

  staging(version: string): string {
    return join(this.incoming, checked(version));
  }

  uploadData(version: string): string {
    return join(this.uploads, `${checked(version)}.data`);
  }

  uploadNote(version: string): string {
    return join(this.uploads, `${checked(version)}.note`);
  }
}

export function isVersion(name: string): boolean {
  return UUID.test(name);
}

function checked(version: string): string {
  if (!isVersion(version))
    throw new Error('Only a version that this service made can be the name of a file.');
  return version;
}
