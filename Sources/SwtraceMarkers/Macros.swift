// Written by Sources/Swtrace/Arities/generate.swift.

@_exported public import CSwtrace
@_exported public import Swtrace

/// Declares the marker `provider:name` with no fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker(_ provider: StaticString, _ name: StaticString) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with one field as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<A: MarkerField & ~Escapable>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with two fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<A: MarkerField & ~Escapable, B: MarkerField & ~Escapable>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with three fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with four fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with five fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with six fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with seven fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with eight fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable, H: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
  _ h: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with nine fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable, H: MarkerField & ~Escapable, I: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
  _ h: StaticString, _ i: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with ten fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable, H: MarkerField & ~Escapable, I: MarkerField & ~Escapable,
  J: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
  _ h: StaticString, _ i: StaticString, _ j: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with eleven fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable, H: MarkerField & ~Escapable, I: MarkerField & ~Escapable,
  J: MarkerField & ~Escapable, K: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
  _ h: StaticString, _ i: StaticString, _ j: StaticString, _ k: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the marker `provider:name` with twelve fields as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro marker<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable, H: MarkerField & ~Escapable, I: MarkerField & ~Escapable,
  J: MarkerField & ~Escapable, K: MarkerField & ~Escapable, L: MarkerField & ~Escapable
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
  _ h: StaticString, _ i: StaticString, _ j: StaticString, _ k: StaticString, _ l: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

/// Declares the spans `provider:name` with no fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker(_ provider: StaticString, _ name: StaticString) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with one field as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<A: MarkerField>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with two fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<A: MarkerField, B: MarkerField>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with three fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<A: MarkerField, B: MarkerField, C: MarkerField>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with four fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with five fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<
  A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField, E: MarkerField
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with six fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<
  A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField, E: MarkerField, F: MarkerField
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with seven fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<
  A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField, E: MarkerField, F: MarkerField,
  G: MarkerField
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with eight fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<
  A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField, E: MarkerField, F: MarkerField,
  G: MarkerField, H: MarkerField
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
  _ h: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with nine fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<
  A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField, E: MarkerField, F: MarkerField,
  G: MarkerField, H: MarkerField, I: MarkerField
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
  _ h: StaticString, _ i: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with ten fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<
  A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField, E: MarkerField, F: MarkerField,
  G: MarkerField, H: MarkerField, I: MarkerField, J: MarkerField
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
  _ h: StaticString, _ i: StaticString, _ j: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the spans `provider:name` with eleven fields as a static constant named after them.
@freestanding(declaration, names: arbitrary)
public macro spanMarker<
  A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField, E: MarkerField, F: MarkerField,
  G: MarkerField, H: MarkerField, I: MarkerField, J: MarkerField, K: MarkerField
>(
  _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
  _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
  _ h: StaticString, _ i: StaticString, _ j: StaticString, _ k: StaticString
) =
  #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

/// Declares the counter `provider:name` as a static constant named after it.
@freestanding(declaration, names: arbitrary)
public macro counterMarker<Value: CounterValue>(_ provider: StaticString, _ name: StaticString) =
  #externalMacro(module: "SwtraceMacros", type: "CounterMarkerMacro")
