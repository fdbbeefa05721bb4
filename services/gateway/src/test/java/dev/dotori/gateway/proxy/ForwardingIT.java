package dev.dotori.gateway.proxy;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service. */
@QuarkusIntegrationTest
class ForwardingIT extends ForwardingTest {}
