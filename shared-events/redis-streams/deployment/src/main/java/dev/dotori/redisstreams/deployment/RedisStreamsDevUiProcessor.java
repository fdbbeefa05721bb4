package dev.dotori.redisstreams.deployment;

import dev.dotori.redisstreams.devui.RedisStreamsDevUi;
import io.quarkus.deployment.IsLocalDevelopment;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.devui.spi.JsonRPCProvidersBuildItem;
import io.quarkus.devui.spi.page.CardPageBuildItem;
import io.quarkus.devui.spi.page.Page;

/** The connector's card in the Dev UI, with a page of the channels' state. */
class RedisStreamsDevUiProcessor {

  @BuildStep(onlyIf = IsLocalDevelopment.class)
  CardPageBuildItem card() {
    CardPageBuildItem card = new CardPageBuildItem();
    card.addPage(
        Page.webComponentPageBuilder()
            .title("Channels")
            .icon("font-awesome-solid:bars-staggered")
            .componentLink("qwc-redis-streams-channels.js"));
    return card;
  }

  @BuildStep(onlyIf = IsLocalDevelopment.class)
  JsonRPCProvidersBuildItem channels() {
    return new JsonRPCProvidersBuildItem(RedisStreamsDevUi.class);
  }
}
