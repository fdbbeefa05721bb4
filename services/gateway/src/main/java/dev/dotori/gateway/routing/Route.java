package dev.dotori.gateway.routing;

/** Where a call goes and how it is treated on the way. */
public record Route(Service service, Access access, CallClass callClass) {}
