import { QwcHotReloadElement, html, css } from 'qwc-hot-reload-element';
import { JsonRpc } from 'jsonrpc';
import '@vaadin/grid';
import '@vaadin/grid/vaadin-grid-sort-column.js';
import '@vaadin/progress-bar';
import { columnBodyRenderer } from '@vaadin/grid/lit.js';

const REFRESH_MS = 2000;

/** The state of each channel of the connector smallrye-redis-streams, asked for while it is shown. */
export class QwcRedisStreamsChannels extends QwcHotReloadElement {

  jsonRpc = new JsonRpc(this);

  static styles = css`
    vaadin-grid { height: 100%; }
    .problem { color: var(--lumo-error-text-color); }
    .well { color: var(--lumo-success-text-color); }
    .consumer { color: var(--lumo-secondary-text-color); font-size: var(--lumo-font-size-s); }
  `;

  static properties = {
    _channels: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.hotReload();
    this._timer = setInterval(() => this.hotReload(), REFRESH_MS);
  }

  disconnectedCallback() {
    clearInterval(this._timer);
    super.disconnectedCallback();
  }

  hotReload() {
    this.jsonRpc.getChannels().then(response => {
      this._channels = response.result;
    });
  }

  render() {
    if (!this._channels) {
      return html`<vaadin-progress-bar indeterminate></vaadin-progress-bar>`;
    }
    return html`
      <vaadin-grid .items="${this._channels}" theme="no-border row-stripes">
        <vaadin-grid-sort-column auto-width path="channel" header="Channel"></vaadin-grid-sort-column>
        <vaadin-grid-column auto-width path="direction" header="Direction"></vaadin-grid-column>
        <vaadin-grid-column auto-width resizable header="Stream" path="stream"></vaadin-grid-column>
        <vaadin-grid-column auto-width resizable header="Group"
            ${columnBodyRenderer(this._group, [])}></vaadin-grid-column>
        <vaadin-grid-column auto-width resizable header="State"
            ${columnBodyRenderer(this._state, [])}></vaadin-grid-column>
        <vaadin-grid-column auto-width text-align="end" path="length" header="Length"></vaadin-grid-column>
        <vaadin-grid-column auto-width text-align="end" header="Lag"
            ${columnBodyRenderer(this._lag, [])}></vaadin-grid-column>
        <vaadin-grid-column auto-width text-align="end" header="Pending"
            ${columnBodyRenderer(this._pending, [])}></vaadin-grid-column>
        <vaadin-grid-column auto-width text-align="end" path="inFlight" header="In flight here"></vaadin-grid-column>
        <vaadin-grid-column auto-width text-align="end" path="delayed" header="Delayed"></vaadin-grid-column>
        <vaadin-grid-column auto-width text-align="end" path="deadLetters" header="Dead letters"></vaadin-grid-column>
      </vaadin-grid>`;
  }

  _group(channel) {
    return channel.group
      ? html`${channel.group}<div class="consumer">${channel.consumer}</div>`
      : '';
  }

  _state(channel) {
    return channel.problem
      ? html`<span class="problem">${channel.problem}</span>`
      : html`<span class="well">connected</span>`;
  }

  _lag(channel) {
    if (channel.lag === undefined) {
      return '';
    }
    return channel.lagExact ? channel.lag : `≈ ${channel.lag}`;
  }

  _pending(channel) {
    if (channel.pending === undefined) {
      return '';
    }
    return channel.oldestPendingMillis < 0
      ? channel.pending
      : html`${channel.pending}
          <div class="consumer">oldest ${Math.round(channel.oldestPendingMillis / 1000)} s</div>`;
  }
}

customElements.define('qwc-redis-streams-channels', QwcRedisStreamsChannels);
