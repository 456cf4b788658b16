import { asCommandError, type Backend } from '../backend/backend.ts';
import type { Abilities, CommandError, ModelGroup, ModelItem, ModelMenu, ModelRef } from '../bindings/index.ts';

/** The model that answers next, and those there are to choose from. */
export class ModelChoice {
  menu = $state.raw<ModelMenu | null>(null);
  /** Whether the providers are being asked. */
  asking = $state(false);
  problem = $state.raw<CommandError | null>(null);

  readonly #backend: Backend;
  #asked = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get selected(): ModelRef | null {
    return this.menu?.selected ?? null;
  }

  get group(): ModelGroup | null {
    return this.groupOf(this.selected);
  }

  /** The selected model's name; its id if the provider is no longer set up. */
  get name(): string | null {
    const { selected, group } = this;
    if (!selected) return null;
    return group?.models.find((model) => model.id === selected.model)?.name ?? selected.model;
  }

  /** What can go with a message to the selected model; null if that is not known. */
  get abilities(): Abilities | null {
    const { selected, group } = this;
    if (!group) return null;
    const isBlind = group.models.find(({ id }) => id === selected?.model)?.images === false;
    return isBlind ? { ...group.abilities, imageTypes: [] } : group.abilities;
  }

  groupOf(model: ModelRef | null): ModelGroup | null {
    return this.menu?.groups.find((group) => group.provider === model?.provider) ?? null;
  }

  /** What is known already, at once. */
  async load(): Promise<void> {
    await this.#list(false);
  }

  /** What is known, and then what the providers say. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    this.asking = true;
    await this.#list(false);
    await this.#list(true);
    if (asked === this.#asked) this.asking = false;
  }

  async choose(group: ModelGroup, model: ModelItem): Promise<void> {
    if (!this.menu) return;
    const before = this.menu.selected;
    const selected = { provider: group.provider, model: model.id };
    this.menu = { ...this.menu, selected };
    try {
      await this.#backend.call('choose_model', { model: selected });
    } catch (reason) {
      this.problem = asCommandError(reason);
      this.menu = { ...this.menu, selected: before };
    }
  }

  async #list(ask: boolean): Promise<void> {
    try {
      const chosen = this.selected;
      const menu = await this.#backend.call('list_models', { ask });
      // What was chosen while the providers were asked stays chosen.
      this.menu = chosen !== this.selected && this.selected ? { ...menu, selected: this.selected } : menu;
    } catch (reason) {
      this.problem = asCommandError(reason);
    }
  }
}

export interface Match {
  group: ModelGroup;
  models: ModelItem[];
}

/** The models whose name, id or provider holds every word of a query. */
export function search(menu: ModelMenu, query: string): Match[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  return menu.groups
    .map((group) => ({
      group,
      models: group.models.filter((model) => {
        const text = `${model.name} ${model.id} ${group.name}`.toLowerCase();
        return wanted.every((word) => text.includes(word));
      }),
    }))
    .filter(({ group, models }) => models.length > 0 || (wanted.length === 0 && group.error));
}
