import XenABI

// Refusals that several rows share.

let noSuchDomain = Refusal(.noSuchDomain, "no such domain, or it is dying")
let otherDomain = Refusal(.notPermitted, "another domain, and the caller is not the control domain")
let outOfMemory = Refusal(.outOfMemory, "no memory is left for the tables that this takes")
let badPort = Refusal(.invalidArgument, "the port is not open, or not of a kind that this works on")
let noFreePort = Refusal(.noSpace, "all ports are in use")
let noPortMemory = Refusal(.outOfMemory, "no memory is left for the table of ports")
let noSuchVCPU = Refusal(.notFound, "no such vCPU")
