/**
 * Writes the config.json with which runc runs an image as `docker run --read-only --cap-drop ALL
 * --security-opt no-new-privileges` would: `buildah inspect --type image NAME | node docker/runc-config.ts ROOTFS
 * NETWORK [NAME=value …] [-- command …]`. NETWORK is the path of a network namespace to join, or `new`.
 */
import { statSync } from 'node:fs';
import { text } from 'node:stream/consumers';

interface ImageConfig {
  User: string;
  Env: string[];
  Entrypoint?: string[] | null;
  Cmd: string[];
  WorkingDir: string;
  Volumes?: Record<string, unknown> | null;
}

const [rootfs = '', network, ...rest] = process.argv.slice(2);
const separator = rest.indexOf('--');
const settings = separator === -1 ? rest : rest.slice(0, separator);
const command = separator === -1 ? [] : rest.slice(separator + 1);
const image: { Docker: { config: ImageConfig } } = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(runcConfig(image.Docker.config)));

function runcConfig({ User, Env, Entrypoint, Cmd, WorkingDir, Volumes }: ImageConfig) {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(User) ?? [];
  if (uid === undefined) throw new Error(`the image's user is not a pair of numbers but "${User}"`);
  const names = new Set(settings.map((setting) => setting.split('=', 1)[0]));
  const nothing = { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [] };
  return {
    ociVersion: '1.0.2',
    root: { path: rootfs, readonly: true },
    process: {
      user: { uid: Number(uid), gid: Number(gid) },
      cwd: WorkingDir,
      env: [...Env.filter((setting) => !names.has(setting.split('=', 1)[0])), ...settings],
      args: [...(Entrypoint ?? []), ...(command.length > 0 ? command : Cmd)],
      capabilities: nothing,
      noNewPrivileges: true,
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755'] },
      ...Object.keys(Volumes ?? {}).map(volume),
    ],
    linux: {
      namespaces: [
        { type: 'pid' },
        { type: 'ipc' },
        { type: 'uts' },
        { type: 'mount' },
        { type: 'network', ...(network !== 'new' && { path: network }) },
      ],
    },
  };
}

/** As Docker does, a fresh volume takes its owner from the image's directory. */
function volume(destination: string) {
  const { uid, gid } = statSync(`${rootfs}${destination}`);
  return { destination, type: 'tmpfs', source: 'tmpfs', options: ['mode=755', `uid=${uid}`, `gid=${gid}`] };
}
