import type { Backend } from '../backend/backend.ts';
import type { HeaderItem, NetworkState, WaitName } from '../bindings/index.ts';
import { PageState } from './page-state.svelte.ts';

/** The parts of the page that something can be done about, one at a time. */
export type Part = 'proxy' | 'login' | 'certificates' | 'headers' | WaitName;

/** Hosts as a person writes them in one line. */
export function hostsIn(line: string): string[] {
  return line.split(/[\s,;]+/).filter((host) => host !== '');
}

/** What the page of the network knows and does. */
export class Network extends PageState<NetworkState, Part> {
  constructor(backend: Backend) {
    super(backend, (app) => app.call('network_state'));
  }

  setProxy(address: string, direct: readonly string[]): Promise<boolean> {
    return this.do('proxy', (backend) =>
      backend.call('set_proxy', { address: address.trim() || null, direct: [...direct] }),
    );
  }

  setLogin(): Promise<boolean> {
    return this.do('login', (backend) => backend.call('set_proxy_login'));
  }

  removeLogin(): Promise<boolean> {
    return this.do('login', (backend) => backend.call('remove_proxy_login'));
  }

  chooseCertificates(): Promise<boolean> {
    return this.do('certificates', (backend) => backend.call('choose_certificates'));
  }

  removeCertificates(): Promise<boolean> {
    return this.do('certificates', (backend) => backend.call('remove_certificates'));
  }

  addHeader(provider: string): Promise<boolean> {
    return this.do('headers', (backend) => backend.call('add_header', { provider }));
  }

  removeHeader({ provider, name }: HeaderItem): Promise<boolean> {
    return this.do('headers', (backend) => backend.call('remove_header', { provider, name }));
  }

  setWait(name: WaitName, seconds: number | null): Promise<boolean> {
    return this.do(name, (backend) => backend.call('set_wait_limit', { name, seconds }));
  }
}
