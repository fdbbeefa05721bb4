package dev.dotori.bench.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dotori.bench.replicas.Api.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/** A shop, its customers, and what they do. */
final class Workloads {

  /** Of each purchase, the buyer included. */
  static final int PARTICIPANTS = 4;

  private static final String PASSWORD = "correct horse battery staple";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Deployment deployment;
  private final Api api;
  private final Meter meter;
  private final int scale;
  private final byte[] photo;
  private final String photoSha256;
  private final List<UUID> customers = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private final List<UUID> photos = new ArrayList<>();
  private String till;

  /**
   * @param scale divides how much is done, for a quick look
   */
  Workloads(Deployment deployment, Api api, Meter meter, byte[] photo, int scale) {
    this.deployment = deployment;
    this.api = api;
    this.meter = meter;
    this.photo = photo;
    this.photoSha256 = Api.sha256(photo);
    this.scale = scale;
  }

  int customers() {
    return customers.size();
  }

  /** Opens the shop, enrols customers at its till, and signs some members up. */
  void prepare(int customerCount, int memberCount) {
    String operator =
        api.clientToken(
            deployment.endpoint("/operator/clientId"),
            deployment.endpoint("/operator/clientSecret"));
    JsonNode shop =
        api.post(
            operator,
            "/v1/stores",
            """
            {"name": "Bench", "currency": "USD",
             "program": {"earnRate": "0.1", "minPurchase": 0, "expiryDays": null, "shareBonus": 20,
                         "shareBonusDailyCap": 60, "maxParticipants": 20}}
            """,
            201);
    till = api.clientToken(shop.get("clientId").asText(), shop.get("clientSecret").asText());
    Load.run(
        customerCount,
        8,
        number -> {
          JsonNode enrolled =
              api.post(
                  till,
                  "/v1/members",
                  "{\"email\": \"%s@example.org\", \"displayName\": \"Customer\"}"
                      .formatted(UUID.randomUUID()),
                  201);
          synchronized (customers) {
            customers.add(UUID.fromString(enrolled.get("id").asText()));
          }
        });
    // A store may ask for the points of its customers only.
    Load.run(
        customers.size() / PARTICIPANTS,
        8,
        number ->
            buy(customers.subList(number * PARTICIPANTS, (number + 1) * PARTICIPANTS), 1_000));
    for (int i = 0; i < memberCount; i++) {
      members.add(api.register(PASSWORD));
    }
  }

  /** Gives some members accounts at both networks and a photo to share. */
  void prepareSharing(int memberCount) {
    long ready = meter.length("media.ready");
    for (Member member : members.subList(0, memberCount)) {
      api.connect(member.token(), "facebook", deployment.sandbox());
      api.connect(member.token(), "x", deployment.sandbox());
      photos.add(api.upload(member.token(), photo, photoSha256));
    }
    Meter.await("photos", LIMIT, () -> meter.length("media.ready") >= ready + memberCount);
  }

  Workload purchases() {
    return workload("purchases", 16, 9_000, 2_000, this::buy)
        .until("points.distributed", 1)
        .beside("commit", "mysql");
  }

  Workload balances() {
    return workload("balances", 16, 6_000, 3_000, this::readBalance).beside("select", "mysql");
  }

  Workload signIns() {
    return workload("signIns", 4, 12, 12, this::signIn).beside("bcrypt", "members");
  }

  Workload posts() {
    return workload("posts", 16, 3_000, 1_000, number -> post(number, ""))
        .until("post.published", 1)
        .beside("commit", "mysql");
  }

  Workload feed() {
    return workload("feed", 16, 3_000, 1_500, this::readFeed).beside("select", "mysql");
  }

  Workload photos() {
    return workload("photos", 2, 4, 4, this::upload)
        .until("media.ready", 1)
        .beside("picture", "media-worker");
  }

  Workload shares() {
    return workload("shares", 4, 60, 30, this::share)
        .until("share.published", 2)
        .beside("commit", "mysql");
  }

  private void buy(int number) {
    Random random = new Random(number);
    List<UUID> sharers =
        random
            .ints(0, customers.size())
            .distinct()
            .limit(PARTICIPANTS)
            .mapToObj(customers::get)
            .toList();
    buy(sharers, 100 + random.nextInt(10_000));
  }

  private void buy(List<UUID> sharers, int amount) {
    String sharedWith =
        String.join(
            ",",
            IntStream.range(1, PARTICIPANTS)
                .mapToObj(i -> "{\"memberId\": \"" + sharers.get(i) + "\"}")
                .toList());
    api.post(
        till,
        "/v1/purchases",
        """
        {"memberId": "%s", "amount": {"amount": %d, "currency": "USD"}, "receiptNo": "%s",
         "occurredAt": "%s", "sharedWith": [%s]}
        """
            .formatted(
                sharers.getFirst(),
                amount,
                UUID.randomUUID(),
                Instant.now().minusSeconds(60),
                sharedWith),
        202);
  }

  private void readBalance(int number) {
    api.get(till, "/v1/members/" + customers.get(number % customers.size()) + "/points");
  }

  private void signIn(int number) {
    api.signIn(member(number).email(), PASSWORD);
  }

  private void readFeed(int number) {
    api.get(member(number).token(), "/v1/feed");
  }

  private void upload(int number) {
    api.upload(member(number).token(), photo, photoSha256);
  }

  private void share(int number) {
    UUID shared = photos.get(number % photos.size());
    post(
        number % photos.size(),
        ", \"mediaIds\": [\"%s\"], \"shareTo\": [\"facebook\", \"x\"]".formatted(shared));
  }

  private void post(int number, String more) {
    api.post(
        member(number).token(),
        "/v1/posts",
        "{\"text\": \"Lunch with friends %s\", \"visibility\": \"public\"%s}"
            .formatted(UUID.randomUUID(), more),
        201);
  }

  private Member member(int number) {
    return members.get(number % members.size());
  }

  private Builder workload(String name, int callers, int warmUp, int calls, Load.Call call) {
    return new Builder(
        name,
        callers,
        Math.max(callers, warmUp / scale),
        Math.max(callers, calls / scale),
        null,
        0,
        call);
  }

  private record Builder(
      String name, int callers, int warmUp, int calls, String stream, int entries, Load.Call call) {

    Builder until(String stream, int entries) {
      return new Builder(name, callers, warmUp, calls, stream, entries, call);
    }

    Workload beside(String limit, String process) {
      return new Workload(
          name, callers, warmUp, calls, stream, entries, new Workload.Beside(limit, process), call);
    }
  }
}
