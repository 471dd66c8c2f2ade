import { CopyValue } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { sizeOf } from '../../ui/size.ts';
import { Loaded } from '../../ui/skeleton.tsx';
import { useProject } from '../project/use-project.ts';
import { useService, useServiceAnswer } from '../project/use-service.ts';
import { type Entry, signedLink } from './storage.ts';
import styles from './storage.module.css';

/** How long a link works that is made here. */
const HOUR_SECONDS = 3_600;

/** What is read as text to be shown. */
const MOST_TEXT_BYTES = 100_000;

interface FilePreviewProps {
  readonly bucket: string;
  readonly path: string;
  readonly entry: Entry;
  readonly onClose: () => void;
}

export function FilePreview({ bucket, path, entry, onClose }: FilePreviewProps) {
  const { endpoint } = useProject();
  const service = useService();
  const link = useServiceAnswer(['link', bucket, path], (from) =>
    signedLink(from, bucket, path, HOUR_SECONDS),
  );
  const { mimetype = '', size = 0 } = entry.metadata ?? {};
  return (
    <Dialog title={entry.name} about={`${mimetype} · ${sizeOf(size)}`} onClose={onClose}>
      <Loaded query={link}>
        {(address) => (
          <>
            <Content url={`${service.base}${address}`} type={mimetype} name={entry.name} size={size} />
            <p className={styles['hint']}>Whoever has this link can read the file, for an hour.</p>
            <CopyValue label="signed link" value={`${endpoint}${address}`} />
            <p>
              <a href={`${service.base}${address}&download=${encodeURIComponent(entry.name)}`}>Download</a>
            </p>
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

interface ContentProps {
  readonly url: string;
  readonly type: string;
  readonly name: string;
  readonly size: number;
}

function Content({ url, type, name, size }: ContentProps) {
  if (type.startsWith('image/')) return <img className={styles['preview']} src={url} alt={name} />;
  if (type.startsWith('video/')) return <video className={styles['preview']} src={url} controls />;
  if (type.startsWith('audio/')) return <audio className={styles['preview']} src={url} controls />;
  const readable = /^text\/|\/(json|xml|javascript|x-yaml)/.test(type) && size <= MOST_TEXT_BYTES;
  if (readable) return <Text url={url} />;
  return <Notice title="There is no preview of such a file">Download it, or open the link.</Notice>;
}

function Text({ url }: { readonly url: string }) {
  const text = useServiceAnswer(['text', url], async (_, signal) => (await fetch(url, { signal })).text());
  return <Loaded query={text}>{(content) => <pre className={styles['text']}>{content}</pre>}</Loaded>;
}
