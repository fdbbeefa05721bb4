/**
 * The local servers as Quarkus test resources. Each test resource starts a server of its own on a
 * free port, so test JVMs can run side by side. A test gets the server itself, to kill or restart
 * it, by a field of its type. {@link dev.dotori.local.test.PeerServer} stands in for other
 * services.
 *
 * <pre>{@code
 * @QuarkusTest
 * @WithTestResource(
 *     value = MySqlTestResource.class,
 *     initArgs = @ResourceArg(name = "schema", value = "points"))
 * @WithTestResource(RedisTestResource.class)
 * class PurchaseTest {
 *   RedisServer redis; // set before each test
 * }
 * }</pre>
 */
package dev.dotori.local.test;
